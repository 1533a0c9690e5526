/* Which configuration holds where, and what is said to the user. */
#include "base/path.h"
#include "base/suggest.h"
#include "front/discover.h"

#include <string.h>

struct found_config {
    struct config *config; /* NULL: broken, and reported */
};

bool discovery_says_first(struct discovery *discovery, const char *path, const char *message) {
    const char *key = arena_printf(discovery->arena, "%s\n%s", path, message);

    if (map_has(&discovery->said, key))
        return false;
    map_set(&discovery->said, key, discovery);
    return true;
}

void discovery_remark(struct discovery *discovery, const char *path, const char *message) {
    if (discovery_says_first(discovery, path, message))
        report_remark(discovery->report, (struct remark){.path = path, .message = message});
}

void discovery_problem(struct discovery *discovery, const char *path, const char *why) {
    if (discovery_says_first(discovery, path, why))
        report_problem(discovery->report, (struct problem){
                                              .path = path,
                                              .kind = PROBLEM_IO,
                                              .scope = SCOPE_REPORTED,
                                              .message = why,
                                          });
}

static void report_config(struct discovery *discovery, const struct config_error *error,
                          const struct file *file) {
    report_problem(discovery->report, (struct problem){
                                          .path = error->path,
                                          .line = error->at.line,
                                          .column = error->at.column,
                                          .kind = PROBLEM_CONFIG,
                                          .scope = SCOPE_REPORTED,
                                          .message = error->message,
                                          .file = file,
                                      });
}

/* The front that the configuration asks for must be one. */
static int check_front(struct arena *arena, const struct config *config,
                       struct config_error *error) {
    const char **names = arena_array(arena, const char *, front_count), *list = "", *near;

    if (!config->front || front_find(config->front))
        return 0;
    for (size_t i = 0; i < front_count; i++) {
        names[i] = fronts[i]->name;
        list = arena_printf(arena, "%s%s%s", list, i ? ", " : "", names[i]);
    }
    near = suggest_nearest(config->front, names, front_count);
    near = near ? arena_printf(arena, "; did you mean \"%s\"?", near) : "";
    *error = (struct config_error){
        config->path, config->front_at,
        arena_printf(arena, "there is no front \"%s\"%s (allowed: %s)", config->front, near, list)};
    return -1;
}

static struct found_config *load(struct discovery *discovery, const char *folder) {
    const struct front_options *options = discovery->options;
    struct found_config *found = arena_new(discovery->arena, struct found_config);
    struct config *config = arena_new(discovery->arena, struct config);
    struct config_error error;

    if (config_load(discovery->arena, folder, options->config_path, options->no_config, config,
                    &error) < 0 ||
        check_front(discovery->arena, config, &error) < 0) {
        report_config(discovery, &error, config->file);
        return found;
    }
    found->config = config;
    vec_push(discovery->arena, &discovery->job->configs, config);
    return found;
}

/* As config_find, but each folder is asked once. "": none. */
static const char *find_path(struct discovery *discovery, const char *folder) {
    char *path = map_get(&discovery->config_paths, folder);
    const char *found;

    if (path)
        return path;
    found = config_in_folder(discovery->arena, folder);
    if (!found && strcmp(folder, "/") != 0) {
        const char *root = files_repository(&discovery->files, folder);
        if (!root || strcmp(root, folder) != 0)
            found = find_path(discovery, path_folder(discovery->arena, folder));
    }
    path = arena_strdup(discovery->arena, found ? found : "");
    map_set(&discovery->config_paths, folder, path);
    return path;
}

const struct config *discovery_config(struct discovery *discovery, const char *folder) {
    const struct front_options *options = discovery->options;
    bool fixed = options->no_config || options->config_path;
    const char *path = fixed ? "" : find_path(discovery, folder);
    struct found_config *found = map_get(&discovery->configs, path);

    if (!found) {
        found = load(discovery, folder);
        map_set(&discovery->configs, path, found);
    }
    return found->config;
}
