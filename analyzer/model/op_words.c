#include "model/op_build.h"

#include "base/bug.h"

#include <stdlib.h>
#include <string.h>

size_t words_count(struct op_builder *builder) {
    const struct statement *statement = builder->statement;

    if (!builder->words)
        builder->words =
            calloc(statement->last_token - statement->first_token + 1, sizeof(*builder->words));
    if (!builder->words)
        die_out_of_memory();
    if (builder->word_count == 0)
        for (size_t i = statement->first_token; i < statement->last_token; i++)
            if (!token_is_blank(&statement->tokens->list.v[i]))
                builder->words[builder->word_count++] = (uint32_t)i;
    return builder->word_count;
}

static const struct token *word_token(struct op_builder *builder, size_t word) {
    if (word >= words_count(builder))
        return NULL;
    return &builder->statement->tokens->list.v[builder->words[word]];
}

bool word_is(struct op_builder *builder, size_t word, const char *keyword) {
    const struct token *token = word_token(builder, word);
    return token && token_is_word(builder->statement->text->bytes, token, keyword);
}

bool word_is_char(struct op_builder *builder, size_t word, char punct) {
    const struct token *token = word_token(builder, word);
    return token && token_is_char(builder->statement->text->bytes, token, punct);
}

/* How the word changes the depth of parentheses and brackets. */
static int word_nesting(struct op_builder *builder, size_t word) {
    if (word_is_char(builder, word, '(') || word_is_char(builder, word, '['))
        return 1;
    if (word_is_char(builder, word, ')') || word_is_char(builder, word, ']'))
        return -1;
    return 0;
}

size_t words_find(struct op_builder *builder, size_t from, const char *keyword) {
    size_t count = words_count(builder);
    int depth = 0;

    for (size_t i = from; i < count; i++) {
        if (depth == 0 && word_is(builder, i, keyword))
            return i;
        depth += word_nesting(builder, i);
    }
    return count;
}

size_t word_at(struct op_builder *builder, int location) {
    size_t count = words_count(builder), low = 0, high = count;

    if (location <= 0)
        return count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (word_token(builder, middle)->start < (size_t)location)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && word_token(builder, low)->start == (size_t)location ? low : count;
}

size_t words_skip_name(struct op_builder *builder, size_t word) {
    size_t count = words_count(builder);

    if (word >= count)
        return count;
    word++;
    while (word + 1 < count && word_is_char(builder, word, '.'))
        word += 2;
    return word;
}

struct word_range words_element(struct op_builder *builder, size_t word) {
    struct word_range range = {word, word};
    size_t count = words_count(builder);
    int depth = 0;

    for (; range.end < count; range.end++) {
        depth += word_nesting(builder, range.end);
        if (depth < 0 || (depth == 0 && word_is_char(builder, range.end, ',')))
            break;
    }
    return range;
}

struct span words_span(struct op_builder *builder, struct word_range range) {
    size_t count = words_count(builder);

    if (range.end > count)
        range.end = count;
    if (range.start >= range.end)
        return builder->statement->span;
    return (struct span){word_token(builder, range.start)->start,
                         word_token(builder, range.end - 1)->end};
}

struct span span_of_relation(struct op_builder *builder, const struct RangeVar *relation) {
    size_t word = relation ? word_at(builder, relation->location) : words_count(builder);
    return words_span(builder, (struct word_range){word, words_skip_name(builder, word)});
}

struct span span_to_relation(struct op_builder *builder, const struct RangeVar *relation) {
    struct span span = span_of_relation(builder, relation);
    span.start = builder->statement->span.start;
    return span;
}

struct span span_until(struct op_builder *builder, const char *const *stops) {
    size_t end = words_count(builder), found;

    for (size_t i = 0; stops[i]; i++) {
        for (found = 2; stops[i][0] == '(' && found < end && !word_is_char(builder, found, '(');)
            found++;
        if (stops[i][0] != '(')
            found = words_find(builder, 2, stops[i]);
        if (found < end)
            end = found;
    }
    return words_span(builder, (struct word_range){0, end});
}

struct span span_of_last(struct op_builder *builder, size_t count) {
    size_t end = words_count(builder);
    return words_span(builder, (struct word_range){end > count ? end - count : 0, end});
}
