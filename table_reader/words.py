"""The words that tables use: for nothing, for yes and no, for money, units and totals."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MISSING_WORDS: Final = _words(
    "na n/a n.a. n.a #n/a #na <na> nan null (null) #null! none nil nv k.a. k.a missing unknown "
    "#div/0! #value! #ref! #name? #num! #error! #wert! #bezug! #zahl! err error "
    "- -- --- — – ? ?? . .. ... … * \\n"
)
"""What stands for a missing number or date, in lower case."""

MISSING_TEXT: Final = _words(
    "na n/a #n/a <na> nan null (null) #null! #div/0! #value! #ref! #name? #num! - ? \\n"
)
"""What stands for a missing word: fewer, since "none" or "x" may well be a category."""

YES_NO_WORDS: Final = (
    ("true", "false"),
    ("yes", "no"),
    ("y", "n"),
    ("t", "f"),
    ("on", "off"),
    ("ja", "nein"),
    ("ja", "nei"),
    ("ja", "nej"),
    ("ja", "nee"),
    ("oui", "non"),
    ("sí", "no"),
    ("sì", "no"),
    ("sim", "não"),
    ("tak", "nie"),
    ("kyllä", "ei"),
    ("да", "нет"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("verdadero", "falso"),
    ("vero", "falso"),
    ("sant", "usant"),
)

CURRENCIES: Final = _words(
    "$ € £ ¥ ₹ ₽ ₩ ₺ ₪ ₫ ₴ ฿ ¢ US$ R$ C$ A$ kr kr. NOK SEK DKK EUR USD GBP CHF JPY CNY INR CAD AUD "
    "NZD BRL PLN CZK HUF RUB TRY ZAR MXN Rs Rs. zł Kč Ft Fr. Fr"
)

PERCENT_WORDS: Final = _words("% pct percent prozent procent pourcent")

SCALES: Final = {
    **dict.fromkeys(("k", "tsd", "tausend", "thousand", "тыс"), 3),
    **dict.fromkeys(("m", "mm", "mn", "mln", "mio", "million", "millions", "millionen"), 6),
    **dict.fromkeys(("millones", "milioni", "milhões", "milj", "miljoen", "млн"), 6),
    **dict.fromkeys(("b", "bn", "bln", "billion", "billions", "mrd", "mia", "milliard"), 9),
    **dict.fromkeys(("milliards", "milliarden", "miliardi", "md", "млрд"), 9),
    **dict.fromkeys(("tn", "trn", "trillion", "trillions", "billionen"), 12),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 5),
    **dict.fromkeys(("crore", "crores", "cr"), 7),
    "万": 4,
    "萬": 4,
    "亿": 8,
    "億": 8,
}
"""Words behind a number, in lower case, that multiply it by this power of ten."""
LETTERS_OF_SCALE: Final = frozenset(("k", "m", "b", "mm", "md", "cr"))
"""Those of them that are units as well (metres, kelvin, bytes)."""

UNITS: Final = _words(
    "m cm mm km nm um µm in ft mi yd s ms us µs ns sec secs second seconds min mins minute minutes "
    "h hr hrs hour hours d day days week weeks month months year years yr yrs kg g mg t lb lbs oz "
    "c f k °c °f degc degf °k deg rad % pct percent ppm ppb pa kpa mpa hpa bar mbar psi atm mmhg "
    "v mv kv a ma w kw mw kwh wh mwh j kj mj n kn nm hz khz mhz ghz rpm m/s km/h mph kmh m2 m² m3 "
    "m³ cm2 cm² cm3 cm³ km2 km² sqft sqm ha l ml dl mol mmol mol/l mmol/l mg/l g/l mg/dl µg/m³ "
    "µg/m3 kg/m2 kg/m² kg/m3 ph lux lx db count counts number integer string text date datetime "
    "usd eur gbp nok sek dkk chf $ € £ ¥ kr unit units [-] - 1"
)
"""What a row of units below the header is made of, in lower case and without brackets."""

TYPE_WORDS: Final = _words(
    "continuous discrete string numeric nominal factor categorical category ordinal interval "
    "integer int int32 int64 float float32 float64 double decimal real num dbl text str char chr "
    "character varchar datetime timestamp bool boolean logical lgl c d i"
)
"""What rows of types below the header are made of, in lower case, beside the words for roles."""

ROLE_WORDS: Final = _words(
    "meta class ignore weight feature target label input output response predictor id time date "
    "number object scale s m t"
)
"""What a column is there for; names of columns as well."""

SUMMARIES: Final = {
    "sum": _words(
        "total totals sum sums subtotal subtotals sub-total summe summen gesamt gesamtsumme "
        "insgesamt zwischensumme teilsumme endsumme totalt totale totali totaal subtotaal som "
        "somme sous-total sous-totaux suma subtotales totales soma somma subtotale summa delsumma "
        "delsum yhteensä razem ogółem celkem součet összesen toplam итого всего сумма подытог "
        "合计 总计 小计 合計 総計 小計 합계 총계 소계"
    )
    | {"grand total", "sub total", "total general", "total général", "totale generale", "in total"},
    "mean": _words(
        "average averages mean means avg durchschnitt mittelwert mittel mw moyenne moyennes "
        "promedio media médias média medie gemiddelde snitt gjennomsnitt medel medelvärde middel "
        "gennemsnit keskiarvo średnia średnio průměr átlag ortalama среднее 平均 平均值 평균"
    ),
    "median": _words("median médiane mediana mediane mediaan medianen медиана"),
    "min": _words("min min. minimum mín mínimo minimo minimi мин минимум"),
    "max": _words("max max. maximum máx máximo massimo maximo maks макс максимум"),
    "n": _words("n count anzahl nombre número numero aantal antall antal liczba počet количество"),
    "sd": _words(
        "sd s.d. s.d stdev stddev stdabw standardabweichung écart-type standaardafwijking "
        "standardavvik standardavvikelse standardafvigelse"
    )
    | {"std", "std dev", "std. dev", "std. dev.", "standard deviation", "écart type", "st. dev."}
    | {"desviación estándar", "desvio padrão", "deviazione standard", "desv. est."},
    "other": _words("se sem variance var varianz cv q1 q3 25% 50% 75% 5% 95% range iqr")
    | {"std err", "std. error", "standard error"},
}
"""What rows below a table, or below a group of its rows, say of those above, in lower case."""

WEAK_SUMMARIES: Final = _words("n se sd var min max q1 q3 range som media medel number count")
"""Those that may as well be a name: they count only at the end, and where they stand once."""
