-- What tools/import-catalog asks one server: lines of file, sort key, row up to the
-- versions, row after the versions. Runs as superuser in a scratch database with the extensions created.
SET search_path = pg_catalog;

-- The extension an object belongs to, as part of a C name; null: built in.
CREATE FUNCTION pg_temp.extension(class regclass, object oid) RETURNS text AS $$
    SELECT replace(extname, '-', '_')
    FROM pg_depend JOIN pg_extension e ON e.oid = refobjid
    WHERE classid = $1 AND objid = $2 AND objsubid = 0
        AND refclassid = 'pg_extension'::regclass AND deptype = 'e'
$$ LANGUAGE sql;

CREATE FUNCTION pg_temp.type(oid) RETURNS text AS $$
    SELECT coalesce((SELECT CASE typtype WHEN 'c' THEN 'record' ELSE typname::text END
        FROM pg_type WHERE oid = $1), 'none')
$$ LANGUAGE sql;

CREATE FUNCTION pg_temp.types(oid[]) RETURNS text AS $$
    SELECT CASE WHEN cardinality($1) = 0 THEN 'A0'
        ELSE format('A%s(%s)', cardinality($1), (SELECT string_agg(pg_temp.type(t), ', ' ORDER BY n)
            FROM unnest($1) WITH ORDINALITY u(t, n))) END
$$ LANGUAGE sql;

CREATE FUNCTION pg_temp.volatility(oid) RETURNS text AS $$
    SELECT CASE provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END
    FROM pg_proc WHERE oid = $1
$$ LANGUAGE sql;

CREATE FUNCTION pg_temp.flags(text[]) RETURNS text AS $$
    SELECT CASE WHEN cardinality(array_remove($1, NULL)) = 0 THEN '0'
        ELSE array_to_string($1, ' | ') END
$$ LANGUAGE sql;

CREATE FUNCTION pg_temp.quote(text) RETURNS text AS $$
    SELECT '"' || replace(replace($1, '\', '\\'), '"', '\"') || '"'
$$ LANGUAGE sql;

CREATE FUNCTION pg_temp.line(kind text, macro text, extension text, key text, rest text)
RETURNS text AS $$
    SELECT CASE WHEN extension IS NULL THEN concat_ws(E'\t', kind, key, macro || '(' || rest)
        ELSE concat_ws(E'\t', 'extensions', macro || ' ' || key, macro || '(' || rest,
            format(' OF(%s)', extension)) END
$$ LANGUAGE sql;

-- What belongs to neither pg_catalog nor an extension is this script's own.
CREATE TEMP VIEW wanted_types AS
SELECT t.*, e.extension
FROM pg_type t, LATERAL (SELECT pg_temp.extension('pg_type',
    CASE WHEN typelem <> 0 AND typcategory = 'A' THEN coalesce((SELECT base.oid FROM pg_type base
        WHERE base.typarray = t.oid), t.oid) ELSE t.oid END) AS extension) e
WHERE (typnamespace = 'pg_catalog'::regnamespace OR extension IS NOT NULL)
    AND coalesce((SELECT typtype FROM pg_type base WHERE base.typarray = t.oid), typtype) <> 'c';

CREATE TEMP VIEW wanted_functions AS
SELECT p.*, pg_temp.extension('pg_proc', p.oid) AS extension
FROM pg_proc p
WHERE (pronamespace = 'pg_catalog'::regnamespace
        OR pg_temp.extension('pg_proc', p.oid) IS NOT NULL)
    AND NOT EXISTS (SELECT FROM unnest(proargtypes || prorettype) u(t) JOIN pg_type y ON y.oid = t
        WHERE typname IN ('internal', 'cstring', '_cstring') OR typname LIKE '%\_handler')
    AND NOT EXISTS (SELECT FROM unnest(proargtypes) u(t) JOIN pg_type y ON y.oid = t
        WHERE typtype = 'c')
    AND proname NOT LIKE 'binary\_upgrade\_%';

SELECT pg_temp.line('extensions', 'EXTENSION', NULL, '0 ' || name, format('%s, "%s"',
    replace(name, '-', '_'), name))
FROM pg_available_extensions;

SELECT pg_temp.line('types', 'TYPE', extension, typname::text, concat_ws(', ',
    typname,
    CASE WHEN typtype = 'd' THEN 'DOMAIN' WHEN typelem <> 0 AND typlen = -1 THEN 'ARRAY'
        WHEN typtype = 'p' THEN 'PSEUDO' WHEN typtype = 'e' THEN 'ENUM'
        WHEN typtype = 'r' THEN 'RANGE' WHEN typtype = 'm' THEN 'MULTIRANGE'
        ELSE 'BASE' END,
    quote_literal(typcategory::text),
    pg_temp.flags(ARRAY[CASE WHEN typispreferred THEN 'PREFERRED' END,
        CASE WHEN typmodin <> 0 THEN 'TYPMOD' END,
        CASE WHEN typcollation <> 0 THEN 'COLLATABLE' END]),
    pg_temp.type(CASE WHEN typtype = 'd' THEN typbasetype
        WHEN typelem <> 0 AND typlen = -1 THEN typelem
        WHEN typtype = 'r' THEN (SELECT rngsubtype FROM pg_range WHERE rngtypid = t.oid)
        WHEN typtype = 'm' THEN (SELECT rngtypid FROM pg_range
            WHERE to_jsonb(pg_range) ->> 'rngmultitypid' = t.oid::text)
        ELSE 0 END),
    pg_temp.type(typarray), typlen, quote_literal(typstorage::text),
    pg_temp.volatility(typinput), pg_temp.volatility(typoutput)))
FROM wanted_types t;

SELECT pg_temp.line('functions', 'FUNC', extension, proname::text, concat_ws(', ',
    pg_temp.quote(proname),
    pg_temp.types(proargtypes::oid[]), pg_temp.type(prorettype), pg_temp.volatility(p.oid),
    pg_temp.flags(ARRAY[CASE prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'w' THEN 'WINDOW'
            WHEN 'p' THEN 'PROCEDURE' END,
        CASE WHEN proisstrict THEN 'STRICT' END,
        CASE WHEN proretset THEN 'SETOF' END,
        CASE WHEN provariadic <> 0 THEN 'VARIADIC' END,
        CASE WHEN lanname = 'sql' THEN 'SQL' END]),
    pronargdefaults))
FROM wanted_functions p JOIN pg_language l ON l.oid = prolang;

SELECT pg_temp.line('operators', 'OPER', pg_temp.extension('pg_operator', o.oid), oprname::text,
    concat_ws(', ', pg_temp.quote(oprname), pg_temp.type(oprleft), pg_temp.type(oprright),
        pg_temp.type(oprresult), pg_temp.quote(proname), pg_temp.volatility(p.oid)))
FROM pg_operator o JOIN pg_proc p ON p.oid = oprcode
WHERE oprright <> 0;

SELECT pg_temp.line('casts', 'CAST', pg_temp.extension('pg_cast', c.oid),
    pg_temp.type(castsource) || ' ' || pg_temp.type(casttarget),
    concat_ws(', ', pg_temp.type(castsource), pg_temp.type(casttarget),
        CASE castmethod WHEN 'f' THEN 'FUNCTION' WHEN 'b' THEN 'BINARY' ELSE 'INOUT' END,
        CASE castcontext WHEN 'i' THEN 'IMPLICIT' WHEN 'a' THEN 'ASSIGNMENT' ELSE 'EXPLICIT' END,
        coalesce(pg_temp.quote((SELECT proname FROM pg_proc WHERE oid = castfunc)), 'NULL'),
        CASE castmethod WHEN 'f' THEN pg_temp.volatility(castfunc) WHEN 'b' THEN 'IMMUTABLE'
            -- the names of the three labels sort from the least volatile on
            ELSE greatest(pg_temp.volatility((SELECT typoutput FROM pg_type WHERE oid = castsource)),
                pg_temp.volatility((SELECT typinput FROM pg_type WHERE oid = casttarget))) END))
FROM pg_cast c;

SELECT pg_temp.line('opclasses', 'OPCLASS', pg_temp.extension('pg_opclass', o.oid),
    amname || ' ' || opcname,
    concat_ws(', ', amname, pg_temp.quote(opcname), pg_temp.type(opcintype),
        pg_temp.quote(opfname), CASE WHEN opcdefault THEN 'DEFAULT' ELSE '0' END,
        pg_temp.type(opckeytype)))
FROM pg_opclass o JOIN pg_am a ON a.oid = opcmethod JOIN pg_opfamily f ON f.oid = opcfamily;

-- Those that extensions define have a dot in their names, which any name with one may be.
SELECT pg_temp.line('parameters', 'PARAMETER', NULL, lower(name),
    concat_ws(', ', pg_temp.quote(lower(name)),
        upper(replace(context, '-', '_')), upper(vartype),
        pg_temp.quote(coalesce(array_to_string(enumvals, ','), '')),
        pg_temp.quote(coalesce(min_val, '')), pg_temp.quote(coalesce(max_val, '')),
        pg_temp.quote(coalesce(unit, ''))))
FROM pg_settings WHERE name !~ '\.';
