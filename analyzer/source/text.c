#include "source/text.h"

#include "source/utf8.h"

#include <string.h>

enum { CHECKPOINT = 1024 };

static void find_lines(struct arena *arena, struct file *file) {
    vec_push(arena, &file->lines, 0);
    for (size_t i = 0; i < file->len; i++) {
        char c = file->bytes[i];
        if (c == '\n' || (c == '\r' && file->bytes[i + 1] != '\n'))
            vec_push(arena, &file->lines, i + 1);
    }
}

/* Counts code points up to each checkpoint, and notes the first byte that is no UTF-8. */
static void find_characters(struct arena *arena, struct file *file) {
    size_t count = 0, next = 0;

    file->invalid_utf8 = file->len;
    for (size_t i = 0; i < file->len;) {
        size_t n = utf8_length(file->bytes + i, file->len - i);
        while (next <= i) {
            vec_push(arena, &file->characters, count);
            next += CHECKPOINT;
        }
        if (!n && file->invalid_utf8 == file->len)
            file->invalid_utf8 = i;
        i += n ? n : 1;
        count++;
    }
}

static bool all_ascii(const char *bytes, size_t len) {
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)bytes[i] > 127)
            return false;
    return true;
}

struct file *file_new(struct arena *arena, const char *path, const char *bytes, size_t len) {
    struct file *file = arena_new(arena, struct file);

    file->path = arena_strdup(arena, path);
    file->bytes = bytes;
    file->len = len;
    file->bom = len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    file->ascii = all_ascii(bytes, len);
    file->invalid_utf8 = len;
    find_lines(arena, file);
    if (!file->ascii)
        find_characters(arena, file);
    return file;
}

const char *file_refusal(const struct file *file, size_t *at) {
    const char *bytes = file->bytes;
    const char *nul;

    *at = 0;
    if (file->len >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
        return "is UTF-16, not UTF-8: save it as UTF-8";
    nul = memchr(bytes, '\0', file->len);
    if (!nul)
        return NULL;
    *at = (size_t)(nul - bytes);
    return "is not text: it holds a NUL byte, where PostgreSQL would refuse it";
}

/* Index of the last element that is <= value; there is one. */
static size_t last_not_above(const size_t *sorted, size_t n, size_t value) {
    size_t low = 0, high = n;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] <= value)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/*
 * The end of the character that began before the checkpoint, and was counted there; the checkpoint
 * itself where none reaches over it: continuation bytes alone are no character.
 */
static size_t end_of_begun(const struct file *file, size_t checkpoint) {
    for (size_t back = 1; back <= 3 && back <= checkpoint; back++) {
        size_t n = utf8_length(file->bytes + checkpoint - back, file->len - checkpoint + back);
        if (n > back)
            return checkpoint + n - back;
    }
    return checkpoint;
}

/* Code points before offset. */
static size_t characters_before(const struct file *file, size_t offset) {
    size_t i = offset / CHECKPOINT * CHECKPOINT, count;

    if (file->ascii || !file->characters.n)
        return offset;
    if (offset / CHECKPOINT >= file->characters.n)
        i = (file->characters.n - 1) * CHECKPOINT;
    count = file->characters.v[i / CHECKPOINT];
    i = end_of_begun(file, i);
    while (i < offset) {
        size_t n = utf8_length(file->bytes + i, file->len - i);
        i += n ? n : 1;
        count++;
    }
    return count;
}

size_t file_count_characters(const struct file *file, size_t start, size_t end) {
    return characters_before(file, end) - characters_before(file, start);
}

struct position file_position(const struct file *file, size_t offset) {
    size_t line, start;

    if (offset > file->len)
        offset = file->len;
    line = last_not_above(file->lines.v, file->lines.n, offset);
    start = file->lines.v[line];
    if (start < file->bom)
        start = offset < file->bom ? offset : file->bom;
    return (struct position){
        .line = (unsigned)line + 1,
        .column = (unsigned)file_count_characters(file, start, offset) + 1,
        .offset = offset,
    };
}

struct span file_line(const struct file *file, unsigned line) {
    size_t start = file->lines.v[line - 1];
    size_t end = line < file->lines.n ? file->lines.v[line] : file->len;

    if (start < file->bom)
        start = file->bom;
    while (end > start && (file->bytes[end - 1] == '\n' || file->bytes[end - 1] == '\r'))
        end--;
    return (struct span){start, end};
}

struct text *text_of_file(struct arena *arena, const struct file *file) {
    struct text *text = arena_new(arena, struct text);

    text->file = file;
    text->bytes = file->bytes + file->bom;
    text->len = file->len - file->bom;
    vec_push(
        arena, &text->origins,
        ((struct origin){.start = 0, .file_start = file->bom, .file = file, .verbatim = true}));
    return text;
}

static size_t origin_at(const struct text *text, size_t offset) {
    size_t low = 0, high = text->origins.n;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (text->origins.v[middle].start <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct text *text_part(struct arena *arena, const struct text *text, struct span span) {
    struct text *part = arena_new(arena, struct text);

    part->file = text_file(text, span.start);
    part->marked = text->marked;
    part->len = span.end - span.start;
    part->bytes = span.end == text->len ? text->bytes + span.start
                                        : arena_strndup(arena, text->bytes + span.start, part->len);
    for (size_t i = origin_at(text, span.start); i < text->origins.n; i++) {
        struct origin origin = text->origins.v[i];
        if (i && origin.start >= span.end && part->origins.n)
            break;
        if (origin.start < span.start) {
            origin.file_start += origin.verbatim ? span.start - origin.start : 0;
            origin.start = span.start;
        }
        origin.start -= span.start;
        vec_push(arena, &part->origins, origin);
    }
    return part;
}

void text_build_init(struct text_builder *builder, struct arena *arena, const struct file *file) {
    *builder = (struct text_builder){.arena = arena, .text = arena_new(arena, struct text)};
    builder->text->file = file;
}

static void build_bytes(struct text_builder *builder, const char *bytes, size_t len) {
    while (builder->bytes.n + len > builder->bytes.cap) {
        size_t old = builder->bytes.cap;
        builder->bytes.cap = old < len ? old + len : old * 2;
        builder->bytes.v =
            arena_grow(builder->arena, builder->bytes.v, builder->bytes.n, builder->bytes.cap);
    }
    memcpy(builder->bytes.v + builder->bytes.n, bytes, len);
    builder->bytes.n += len;
}

/* What goes on where the last origin would is no origin of its own. */
static void build_origin(struct text_builder *builder, const struct file *file, size_t file_start,
                         bool verbatim) {
    struct origin origin = {builder->bytes.n, file_start, file, verbatim};
    struct text *text = builder->text;
    const struct origin *last = text->origins.n ? &text->origins.v[text->origins.n - 1] : NULL;

    if (last && verbatim && last->verbatim && last->file == file &&
        last->file_start + (origin.start - last->start) == file_start)
        return;
    vec_push(builder->arena, &text->origins, origin);
}

void text_build_equal(struct text_builder *builder, const struct text *text, struct span span,
                      const char *bytes) {
    size_t start = span.start;

    for (size_t i = origin_at(text, start); i < text->origins.n && start < span.end; i++) {
        const struct origin *origin = &text->origins.v[i];
        size_t next = i + 1 < text->origins.n ? origin[1].start : text->len;
        size_t n = (next < span.end ? next : span.end) - start;
        if (next <= start)
            continue;
        build_origin(builder, origin->file,
                     origin->file_start + (origin->verbatim ? start - origin->start : 0),
                     origin->verbatim);
        build_bytes(builder, bytes, n);
        bytes += n;
        start += n;
    }
}

void text_build_copy(struct text_builder *builder, const struct text *text, struct span span) {
    builder->text->marked = builder->text->marked || text->marked;
    text_build_equal(builder, text, span, text->bytes + span.start);
}

void text_build_made(struct text_builder *builder, const struct text *text, size_t offset,
                     const char *bytes, size_t len) {
    build_origin(builder, text_file(text, offset), text_file_offset(text, offset), false);
    build_bytes(builder, bytes, len);
}

struct text *text_build_end(struct text_builder *builder) {
    struct text *text = builder->text;

    if (!text->origins.n)
        build_origin(builder, text->file, 0, true);
    text->len = builder->bytes.n;
    vec_push(builder->arena, &builder->bytes, '\0');
    text->bytes = builder->bytes.v;
    return text;
}

const struct file *text_file(const struct text *text, size_t offset) {
    return text->origins.v[origin_at(text, offset)].file;
}

size_t text_file_offset(const struct text *text, size_t offset) {
    struct origin origin = text->origins.v[origin_at(text, offset)];

    return origin.file_start + (origin.verbatim ? offset - origin.start : 0);
}

size_t text_file_end(const struct text *text, struct span span) {
    const struct file *file = text_file(text, span.start);
    size_t first = origin_at(text, span.start), i = origin_at(text, span.end ? span.end - 1 : 0);

    if (span.end <= span.start)
        return text_file_offset(text, span.start);
    for (; i > first && text->origins.v[i].file != file; i--)
        span.end = text->origins.v[i].start;
    return text_file_offset(text, span.end - 1) + 1;
}

struct position text_position(const struct text *text, size_t offset) {
    return file_position(text_file(text, offset), text_file_offset(text, offset));
}
