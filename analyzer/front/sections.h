/* The render phase of most fronts: a file is one section, or is cut at comments that are markers. */
#ifndef FRONT_SECTIONS_H
#define FRONT_SECTIONS_H

#include "front/front.h"

/* The whole file as one section of this direction, with psql's syntax allowed where the file uses it. */
void section_of_file(struct arena *arena, struct migration *migration, const struct file *file,
                     enum direction direction, enum transaction_mode mode, const char *mode_why);

/* The whole file, where the runner ends a statement at each place of this text, with a semicolon or without. */
void section_cut_at(struct arena *arena, struct migration *migration, const struct file *file,
                    enum direction direction, enum transaction_mode mode, const char *separator);

/* A front's render: the whole file, in the front's mode. */
void render_whole_file(struct arena *arena, const struct history *history,
                       struct migration *migration, const struct file *file,
                       enum direction direction);

/* What a line that is a marker begins. */
struct marker {
    enum direction direction;
    enum transaction_mode mode;
    const char *mode_why; /* as in struct section */
};

/* Whether the line (without its end) is a marker that begins a section. */
typedef bool marker_reader(const char *line, size_t n, struct marker *marker);

/* Appends the sections between markers, in the order of the file; what stands before the first belongs to none. */
void sections_by_markers(struct arena *arena, struct migration *migration, const struct file *file,
                         marker_reader *read_marker);
/* The same for markers that are lines which begin with these texts; down may be NULL. */
void sections_by_lines(struct arena *arena, struct migration *migration, const struct file *file,
                       const char *up, const char *down, enum transaction_mode mode);
/* What stands before the first marker, or the whole file when it has none, as a section of its own. */
void section_before_marker(struct arena *arena, struct migration *migration,
                           const struct file *file, enum direction direction,
                           enum transaction_mode mode, marker_reader *read_marker);
/* Whether any line of the file is a marker. */
bool file_has_marker(const struct file *file, marker_reader *read_marker);
/*
 * Whether one of the folder's .sql files that begin with digits (the first, the last and the one in the middle are
 * asked), or any .sql files when not numbered, has a marker.
 */
bool folder_has_marker(struct arena *arena, const struct folder *folder, bool numbered,
                       marker_reader *read_marker);

/* The place behind "--", blanks and this word at the start of a line, and the blanks there; 0 when it begins otherwise. */
size_t behind_comment_word(const char *line, size_t n, const char *word, bool fold);
/* Whether line[*at, n) goes on with the word, by itself; skips it and the blanks behind it. ASCII case does not count if fold. */
bool take_word(const char *line, size_t n, size_t *at, const char *word, bool fold);

/* Whether one of the words of line[at, n) is this one. */
bool has_word(const char *line, size_t n, size_t at, const char *word);

/* Whether the file is the output of pg_dump. */
bool file_is_pg_dump(const struct file *file);

#endif
