/*
 * Types that are worked out from several others: the common type of some values, and anyelement,
 * anycompatible and their relatives. For catalog_resolve.c. Types are enum catalog_type_id; none is
 * a type that is not known, unknown a quoted literal.
 */
#ifndef MODEL_CATALOG_GENERIC_H
#define MODEL_CATALOG_GENERIC_H

#include "model/catalog.h"

enum { CATALOG_MAX_CALL_ARGS = 100 }; /* FUNC_MAX_ARGS */

/* pg_type.typcategory; 'X', which is that of literals, where the type is not known. */
char generic_category(unsigned type, int version);
bool generic_is_preferred(unsigned type, int version);
/* By an implicit cast or none. */
bool generic_can_become(unsigned source, unsigned target, int version);

/* anyelement, anyarray, anycompatible ..., but not "any". */
bool generic_is_polymorphic(unsigned type);
/*
 * Whether n values of these types agree on what the polymorphic ones among the wanted types stand
 * for; at most CATALOG_MAX_CALL_ARGS. Types that are not known agree with everything.
 */
bool generic_accepts(int n, const uint16_t *wanted, const uint16_t *types, int version);
/*
 * What a function with such arguments returns that is declared to return this; none where the
 * arguments do not tell.
 */
unsigned generic_result(unsigned declared, int n, const uint16_t *wanted, const uint16_t *types,
                        int version);

#endif
