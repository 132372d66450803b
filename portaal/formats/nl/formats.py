"""Nederlandse notatie zoals de overheid die schrijft: 24 november 2026, 18.10 uur, 1.234,56."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j-n-Y"
MONTH_DAY_FORMAT = "j F"
YEAR_MONTH_FORMAT = "F Y"
TIME_FORMAT = r"G.i\ \u\u\r"
DATETIME_FORMAT = r"j F Y \o\m G.i\ \u\u\r"
SHORT_DATETIME_FORMAT = "j-n-Y G.i"
FIRST_DAY_OF_WEEK = 1
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
