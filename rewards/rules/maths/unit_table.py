"""What units are called, in which dimensions they measure, and how large they are."""

from __future__ import annotations

from fractions import Fraction

Dimensions = tuple[tuple[str, int], ...]

_PREFIXES = {
    "p": ("pico", "1e-12"), "n": ("nano", "1e-9"), "u": ("micro", "1e-6"), "m": ("milli", "1e-3"),
    "k": ("kilo", "1e3"), "M": ("mega", "1e6"), "G": ("giga", "1e9"), "T": ("tera", "1e12"),
}  # fmt: skip

_PREFIXED = {
    "length": ("1", "m", "meter meters metre metres"),
    "mass": ("1/1000", "g", "gram grams gramme grammes"),
    "time": ("1", "s", "second seconds"),
    "mass length time-2": ("1", "N", "newton newtons"),
    "mass length2 time-2": ("1", "J", "joule joules"),
    "mass length2 time-3": ("1", "W", "watt watts"),
    "mass length-1 time-2": ("1", "Pa", "pascal pascals"),
    "time-1": ("1", "Hz", "hertz"),
    "current": ("1", "A", "ampere amperes amp amps"),
    "current time": ("1", "C", "coulomb coulombs"),
    "mass length2 time-3 current-1": ("1", "V", "volt volts"),
    "mass length2 time-3 current-2": ("1", "ohm", "ohms"),
    "mass-1 length-2 time4 current2": ("1", "F", "farad farads"),
    "mass length2 time-2 current-2": ("1", "H", "henry henries"),
    "mass time-2 current-1": ("1", "T", "tesla teslas"),
    "mass length2 time-2 current-1": ("1", "Wb", "weber webers"),
    "amount": ("1", "mol", "mole moles"),
    "temperature": ("1", "K", "kelvin kelvins"),
    "length3": ("1/1000", "L", "liter liters litre litres"),
    " mass length2 time-2": ("1602176634e-28", "eV", "electronvolt electronvolts"),
    "  mass length2 time-2": ("4184/1000", "cal", "calorie calories"),
    "data": ("8", "B", "byte bytes"),
    " data": ("1", "b", "bit bits"),
    " length": ("94607304725808e2", "ly", "lightyear lightyears"),
    "  length": ("30856775814913673", "pc", "parsec parsecs"),
    " time": ("31557600", "yr", "year years"),
    "luminous": ("1", "cd", "candela"),
}
"""By dimensions: the size of a unit, its symbol and its names, all of which take prefixes."""

_PLAIN = {
    "length": {
        "1": "米 Meter mètre mètres metro metros м", "1/1000": "毫米",
        "1000": "kms kilómetro kilómetros kilomètre kilomètres 千米 公里 Kilometer км",
        "1/100": "см cm centímetro centímetros centimètre centimètres "
        "centimeter centimeters centimetre centimetres cms 厘米",
        "1/10": "dm decimeter decimeters decimetre decimetres 分米",
        "127/5000": "inch inches in", "381/1250": "ft foot feet", "1143/1250": "yd yds yard yards",
        "201168/125": "mi mile miles", "1e-6": "micron microns μm", "1e-10": "angstrom angstroms Å",
        "149597870700": "AU", "1852": "nmi",
    },
    "mass": {
        "1": "kilo kilos kgs 千克 公斤 Kilogramm кг kilogramo kilogramos kilogrammes",
        "1/1000": "gm gms 克 Gramm г gramo gramos", "1e-6": "毫克",
        "1000": "t tonne tonnes 吨", "45359237e-8": "lb lbs pound pounds", "45359237e-8/16": "oz ounce ounces",
        "907.18474": "ton tons", "0.5": "斤",
    },
    "time": {
        "1": "sec secs 秒 초 segundo segundos secondes 秒钟 Sekunde Sekunden",
        "1/1000": "msec", "31557600": "yrs 年", "315576000": "decade decades",
        "60": "min mins minute minutes 分钟 分 분 minuto Minute Minuten minutos мин", "3155760000": "century centuries",
        "3600": "h hr hrs hour hours 小时 时 時間 시간 Stunde Stunden heure heures hora horas ч часов часа",
        "86400": "d day days 天 日 Tag Tage jour jours", "604800": "week weeks wk wks 周 星期",
        "2629800": "month months mos 月 个月",
    },
    "length3": {
        "1/1000": "l 升 Liter litro litros л", "1/1000000": "ml cc 毫升", "1/100000": "cl", "1/10000": "dl dL",
        "3785411784e-12": "gal gallon gallons", "3785411784e-12/4": "qt quart quarts",
        "3785411784e-12/8": "pt pint pints", "3785411784e-12/16": "cup cups",
        "3785411784e-12/256": "tbsp tablespoon tablespoons", "3785411784e-12/768": "tsp teaspoon teaspoons",
    },
    "length2": {
        "10000": "hectare hectares ha 公顷", "40468564224e-7": "acre acres", "2000/3": "亩",
        "1": "m2 sqm", "1/10000": "cm2", "381/1250*381/1250": "sqft",
    },
    "length time-1": {
        "201168/125/3600": "mph", "5/18": "kph kmh kmph", "1852/3600": "knot knots", "381/1250": "fps",
    },
    "mass length time-2": {"1e-5": "dyn dyne dynes", "444822e-5": "lbf", "9.80665": "kgf"},
    "mass length2 time-2": {
        "1e-7": "erg ergs", "3600": "Wh", "3600000": "kWh", "1": "焦耳 Nm", "4184": "Cal",
        "1055": "BTU Btu",
    },
    "mass length2 time-3": {"745.7": "hp horsepower", "1": "瓦"},
    "mass length-1 time-2": {
        "101325": "atm atmosphere atmospheres", "100000": "bar bars", "101325/760": "torr Torr mmHg", "100": "mbar hPa",
        "6894.757": "psi",
    },
    "mass time-2 current-1": {"1/10000": "gauss Gauss"},
    "length-2": {"1609344e-3/3785411784e-12": "mpg"},
    "length3 time-1": {"3785411784e-12/60": "gpm"},
    "current time": {"3600": "Ah", "3.6": "mAh"},
    " mass": {"166053906892e-38": "amu"},
    "decays": {"1": "Bq becquerel becquerels"},
    "length2 time-2": {"1": "Sv sievert sieverts Gy gray grays"},
    "data time-1": {"1": "bps", "1000": "kbps", "1e6": "Mbps", "1e9": "Gbps"},
    "length2 ": {"1e-28": "barn barns"},
    "mass length time-2 ": {"1": "牛 牛顿"},
    "money-usd": {"1": "usd dollar dollars USD bucks buck 美元", "1/100": "cent cents ¢"},
    "money-eur": {"1": "euro euros EUR 欧元 Euro"},
    "money-rub": {"1": "рублей рубля руб"},
    "money-gbp": {"1": "gbp GBP", "1/100": "pence"},
    "money-cny": {"1": "yen yuan rmb RMB CNY JPY 元 块", "1/10": "角", "1/100": "fen"},
    "money-inr": {"1": "rupee rupees Rs rs INR", "1/100": "paise"},
    "celsius": {"1": "celsius Celsius 摄氏度"},
    "fahrenheit": {"1": "fahrenheit Fahrenheit 华氏度"},
    "angle": {"1": "degree degrees deg degs 度 Grad", "1/60": "arcmin", "1/3600": "arcsec"},
    "radian": {"1": "rad rads radian radians 弧度"},
    "level": {"1": "dB decibel decibels"},
    "amount length-3": {"1000": "M molar", "1": "mM"},
    "turn": {"1": "rev revs revolution revolutions"},
    "turn time-1": {"1/60": "rpm"},
    "plain": {"1": "unit units 单位"},
    "plain2": {"1": "sq.units squnits"},
    "plain3": {"1": "cu.units"},
}  # fmt: skip
"""By dimensions: size to names as written. Blanks at the ends merely tell one row from another."""


def _dimensions(text: str) -> Dimensions:
    out = []
    for word in text.split():
        name = word.rstrip("-0123456789").rstrip("-")
        out.append((name, int(word[len(name) :] or 1)))
    return tuple(sorted(out))


def _size(text: str) -> Fraction:
    size = Fraction(1)
    for factor in text.split("*"):
        over, *under = factor.split("/")
        size *= Fraction(over)
        for part in under:
            size /= Fraction(part)
    return size


def _table() -> dict[str, tuple[Dimensions, Fraction]]:
    table: dict[str, tuple[Dimensions, Fraction]] = {}
    for row, (size, symbol, names) in _PREFIXED.items():
        dimensions = _dimensions(row)
        for prefix, (long, factor) in {"": ("", "1"), **_PREFIXES}.items():
            scaled = _size(size) * Fraction(factor)
            table[prefix + symbol] = dimensions, scaled
            for name in names.split():
                table[long + name] = dimensions, scaled
    for row, sizes in _PLAIN.items():
        for size, words in sizes.items():
            for name in words.split():
                table[name] = _dimensions(row), _size(size)
    for clash in ("Tb", "Th", "nb", "pb", "ub", "mb", "kb", "b", "B", "pB", "nB", "uB", "mB", "mcd", "Gs", "pin"):
        table.pop(clash, None)
    return table


UNITS = _table()
"""Every name as written, with its dimensions and its size in base units."""
