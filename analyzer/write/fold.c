#include "write/fold.h"

#include "write/formats.h"

enum { FEW = 5 };

static void add(struct fold *fold, const struct finding *finding) {
    struct fold_group *group = map_get(&fold->groups, finding->group);

    if (!group) {
        group = arena_new(fold->groups.arena, struct fold_group);
        group->first = finding;
        map_set(&fold->groups, finding->group, group);
    } else if (group->count <= sizeof(group->others) / sizeof(group->others[0])) {
        group->others[group->count - 1] = finding->file->path;
    }
    group->count++;
}

static bool may_fold(const struct finding *finding) {
    return finding->group && !finding->suppressed_by;
}

void fold_init(struct fold *fold, struct arena *arena, const struct report *report,
               const struct write_options *options) {
    map_init(&fold->groups, arena);
    for (size_t i = 0; i < report->findings.n; i++)
        if (may_fold(&report->findings.v[i]) && write_shows(options, &report->findings.v[i]))
            add(fold, &report->findings.v[i]);
}

static const struct fold_group *group_of(const struct fold *fold, const struct finding *finding) {
    const struct fold_group *group =
        may_fold(finding) ? map_get(&fold->groups, finding->group) : NULL;

    return group && group->count > FEW ? group : NULL;
}

bool fold_hides(const struct fold *fold, const struct finding *finding) {
    const struct fold_group *group = group_of(fold, finding);

    return group && group->first != finding;
}

const struct fold_group *fold_stands_for(const struct fold *fold, const struct finding *finding) {
    const struct fold_group *group = group_of(fold, finding);

    return group && group->first == finding ? group : NULL;
}
