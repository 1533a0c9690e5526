/*
 * Numbers of the types in the catalogue, for code that names some: CATALOG_TYPE_text,
 * CATALOG_TYPE__int4 (int4[]). They are ours, not the server's OIDs, and mean nothing outside of
 * one build.
 */
#ifndef MODEL_CATALOG_TYPE_ID_H
#define MODEL_CATALOG_TYPE_ID_H

enum catalog_type_id {
    CATALOG_TYPE_none, /* no type, or one that is not known */
#define TYPE(name, ...) CATALOG_TYPE_##name,
#include "model/catalog/types.def"
    CATALOG_BUILT_IN_TYPES, /* one more than the last of them: the first of an extension */
    CATALOG_LAST_BUILT_IN_TYPE = CATALOG_BUILT_IN_TYPES - 1,
#define TYPE(name, ...) CATALOG_TYPE_##name,
#include "model/catalog/extensions.def"
    CATALOG_TYPES
};

#endif
