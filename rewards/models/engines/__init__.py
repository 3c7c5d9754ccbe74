"""What runs models: in process, behind a server, or by a script."""

from rewards.models.engines.cached import cached_engine
from rewards.models.engines.contract import (
    Answer,
    Engine,
    EngineFailure,
    Misconfigured,
    Request,
    Sample,
    Sampling,
    ScoringModel,
)
from rewards.models.engines.openai_server import openai_engine
from rewards.models.engines.scripted import ScriptedEngine, ScriptedScores
from rewards.models.engines.transformers_local import transformers_engine
from rewards.models.engines.transformers_scores import transformers_scores
from rewards.models.engines.vllm_local import vllm_engine
from rewards.models.engines.vllm_scores import vllm_scores

__all__ = [
    "Answer",
    "Engine",
    "EngineFailure",
    "Misconfigured",
    "Request",
    "Sample",
    "Sampling",
    "ScoringModel",
    "ScriptedEngine",
    "ScriptedScores",
    "cached_engine",
    "openai_engine",
    "transformers_engine",
    "transformers_scores",
    "vllm_engine",
    "vllm_scores",
]
