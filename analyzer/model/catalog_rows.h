/*
 * The words of the rows in catalog/, for the files that hold the tables.
 *
 * Columns of the rows in catalog/, which are sorted by name in the C locale (casts by source and
 * target, operator classes by access method and name; in extensions.def each kind for itself):
 *
 *     TYPE      name, kind, category, flags, of, array, length, storage, input and output
 *               volatility. Its place is the type's number, so there is one for each name, and what
 *               was different in older versions is an OLD_TYPE
 *     FUNC      name, A<number of arguments>(types), result, volatility, flags, defaults
 *     OPER      name, left, right, result, function, volatility
 *     CAST      source, target, method, context, function, volatility
 *     OPCLASS   access method, name, type, family, DEFAULT or 0, type of the key
 *     PARAMETER name, context, type, values of an enum, least and most, unit
 *     EXTENSION name as others refer to it, name
 *
 * and then the versions, ALL, SINCE(first), UNTIL(last) or FROM_TO(first, last), followed by
 * OF(extension) where the row is not built in.
 */
#ifndef MODEL_CATALOG_ROWS_H
#define MODEL_CATALOG_ROWS_H

#include "model/catalog.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The words in the rows. */
#define FROM_TO(first, last) .min = first, .max = last
#define SINCE(first) FROM_TO(first, CATALOG_NEWEST)
#define UNTIL(last) FROM_TO(CATALOG_OLDEST, last)
#define ALL FROM_TO(CATALOG_OLDEST, CATALOG_NEWEST)
#define OF(from) , .extension = EXTENSION_##from

enum {
    PREFERRED = CATALOG_PREFERRED,
    TYPMOD = CATALOG_TYPMOD,
    COLLATABLE = CATALOG_COLLATABLE,
    STRICT = CATALOG_STRICT,
    SETOF = CATALOG_SETOF,
    VARIADIC = CATALOG_VARIADIC,
    SQL = CATALOG_SQL,
    AGGREGATE = CATALOG_AGGREGATE,
    WINDOW = CATALOG_WINDOW,
    PROCEDURE = CATALOG_PROCEDURE,
    DEFAULT = 1,
};

enum {
    EXTENSION_none,
#define EXTENSION(id, text, versions) EXTENSION_##id,
#include "model/catalog/extensions.def"
};

static inline bool catalog_valid_in(int min, int max, int version) {
    return min <= version && version <= max;
}

#endif
