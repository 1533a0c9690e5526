#include "model/catalog_rows.h"

#include <stdlib.h>
#include <string.h>

enum {
    USER = CATALOG_USER,
    SUPERUSER = CATALOG_SUPERUSER,
    BACKEND = CATALOG_BACKEND,
    SUPERUSER_BACKEND = CATALOG_BACKEND,
    SIGHUP = CATALOG_SIGHUP,
    POSTMASTER = CATALOG_POSTMASTER,
    INTERNAL = CATALOG_INTERNAL,
    BOOL = CATALOG_BOOL,
    ENUM = CATALOG_ENUM_WORD,
    INTEGER = CATALOG_INTEGER,
    REAL = CATALOG_REAL,
    STRING = CATALOG_STRING,
};

static const struct catalog_parameter parameters[] = {
#define PARAMETER(name, context, type, values, least, most, unit, ...)                             \
    {name, values, least, most, unit, context, type, __VA_ARGS__},
#include "model/catalog/parameters.def"
};

static int compare_names(const void *name, const void *parameter) {
    return strcmp(name, ((const struct catalog_parameter *)parameter)->name);
}

const struct catalog_parameter *catalog_parameter(const char *name, int version) {
    const struct catalog_parameter *found =
        bsearch(name, parameters, COUNT(parameters), sizeof(*parameters), compare_names);

    if (found == NULL)
        return NULL;
    while (found > parameters && strcmp(found[-1].name, name) == 0)
        found--;
    for (; found < parameters + COUNT(parameters) && strcmp(found->name, name) == 0; found++)
        if (catalog_valid_in(found->min, found->max, version))
            return found;
    return NULL;
}
