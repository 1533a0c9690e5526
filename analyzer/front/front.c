#include "front/front.h"

#include <string.h>

#define FRONT(name) extern const struct front front_##name;
#include "front/fronts.def"
#undef FRONT

const struct front *const fronts[] = {
#define FRONT(name) &front_##name,
#include "front/fronts.def"
#undef FRONT
};

const size_t front_count = sizeof(fronts) / sizeof(*fronts);

const struct front *front_find(const char *name) {
    for (size_t i = 0; i < front_count; i++)
        if (strcmp(fronts[i]->name, name) == 0)
            return fronts[i];
    return NULL;
}

const struct front *front_of_file(const struct file *file, const char **why) {
    for (size_t i = 0; i < front_count; i++) {
        *why = fronts[i]->recognise_file ? fronts[i]->recognise_file(file) : NULL;
        if (*why)
            return fronts[i];
    }
    return NULL;
}

const char *front_unit(const struct front *front) {
    return front->unit ? front->unit : "file";
}

const char *front_name(const struct front *front) {
    return front->name;
}
