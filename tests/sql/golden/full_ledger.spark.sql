WITH classified AS (
  SELECT
    COALESCE(i.candidate, e.person) AS candidate,
    CASE
      WHEN (
        e.name LIKE 'ad!_%' ESCAPE '!' OR e.name = 'ad\'s'
      )
      AND (
        e.channel IS NULL OR NOT (
          e.channel = 'email'
        )
      )
      AND CASE
        WHEN GET_JSON_OBJECT(e.properties, '$[\'minutes\']') RLIKE '^-?[0-9]{1,15}([.][0-9]+)?$'
        THEN CAST(GET_JSON_OBJECT(e.properties, '$[\'minutes\']') AS DECIMAL(28, 9))
      END >= CAST('2.5' AS DECIMAL(28, 9))
      AND (
        NOT e.campaign IS NULL OR e.vacancy LIKE '100!%!_%' ESCAPE '!'
      )
      THEN 0
      WHEN e.name = 'form_submitted'
      THEN 1
      WHEN e.name = 'page_viewed'
      THEN 2
    END AS touchpoint,
    e.day,
    e.occurred_at
  FROM events AS e
  LEFT JOIN identity AS i
    ON e.person = i.person
  WHERE
    e.day <= CAST('2026-11-23' AS DATE)
    AND NOT e.machine
    AND (
      NOT i.candidate IS NULL OR e.person LIKE 'c%'
    )
), hits AS (
  SELECT
    c.candidate,
    COALESCE(p.slot, 0) AS slot,
    COUNT(*) AS hits,
    COUNT(p.seen) AS seen,
    CAST(SUM(p.unit) AS BIGINT) AS worth,
    NULL AS first_units,
    MAX(c.occurred_at) AS last_event_at
  FROM classified AS c
  LEFT JOIN points AS p
    ON c.touchpoint = p.touchpoint AND c.day = p.day
  GROUP BY
    c.candidate,
    COALESCE(p.slot, 0)
), counted AS (
  SELECT
    h.candidate,
    h.slot,
    s.touchpoint,
    s.name,
    s.day,
    s.group_no,
    s.unit,
    s.live,
    s.kind,
    h.hits,
    h.seen,
    h.worth AS worth,
    h.last_event_at,
    CASE WHEN s.most IS NULL THEN h.hits ELSE LEAST(h.hits, s.most) END AS counted
  FROM hits AS h
  JOIN slots AS s
    ON h.slot = s.slot
  WHERE
    s.period IS NULL OR s.day IS NULL
  UNION ALL
  SELECT
    h.candidate,
    h.slot,
    s.touchpoint,
    s.name,
    s.day,
    s.group_no,
    s.unit,
    s.live,
    s.kind,
    h.hits,
    h.seen,
    h.worth AS worth,
    h.last_event_at,
    GREATEST(
      CAST(0 AS BIGINT),
      LEAST(
        h.hits,
        s.most - COALESCE(
          CAST(SUM(h.hits) OVER (
            PARTITION BY h.candidate, s.touchpoint, s.period
            ORDER BY s.day
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
          ) AS BIGINT),
          0
        )
      )
    ) AS counted
  FROM hits AS h
  JOIN slots AS s
    ON h.slot = s.slot
  WHERE
    NOT s.period IS NULL AND NOT s.day IS NULL
), valued AS (
  SELECT
    c.candidate,
    c.slot,
    c.touchpoint,
    c.name,
    c.day,
    c.group_no,
    c.live,
    c.kind,
    c.hits,
    c.seen,
    c.last_event_at,
    COALESCE(r.thousandths, c.counted * 1000) AS counted_thousandths,
    CASE c.kind
      WHEN 'each'
      THEN CAST((
        (
          ABS(COALESCE(r.thousandths, c.counted * 1000) * c.unit) + CAST(500 AS BIGINT)
        ) DIV CAST(1000 AS BIGINT)
      ) * CASE
        WHEN COALESCE(r.thousandths, c.counted * 1000) * c.unit < CAST(0 AS BIGINT)
        THEN CAST(-1 AS BIGINT)
        ELSE CAST(1 AS BIGINT)
      END AS BIGINT)
      WHEN 'tier'
      THEN CAST(0 AS BIGINT)
      ELSE COALESCE(c.worth, CAST(0 AS BIGINT))
    END AS millipoints
  FROM counted AS c
  LEFT JOIN repeats AS r
    ON r.touchpoint = c.touchpoint AND r.counted = LEAST(c.counted, 12)
), lines AS (
  SELECT
    *
  FROM valued
  WHERE
    kind <> 'tier' OR NOT live
  UNION ALL
  SELECT
    n.candidate,
    n.slot,
    n.touchpoint,
    n.name,
    n.day,
    n.group_no,
    n.live,
    n.kind,
    n.hits,
    n.seen,
    n.last_event_at,
    n.counted_thousandths,
    t.value AS millipoints
  FROM (
    SELECT
      candidate,
      MIN(slot) AS slot,
      touchpoint,
      name,
      MAX(day) AS day,
      group_no,
      live,
      kind,
      CAST(SUM(hits) AS BIGINT) AS hits,
      CAST(SUM(seen) AS BIGINT) AS seen,
      MAX(last_event_at) AS last_event_at,
      CAST(SUM(counted_thousandths) AS BIGINT) AS counted_thousandths
    FROM valued
    WHERE
      kind = 'tier' AND live
    GROUP BY
      candidate,
      touchpoint,
      name,
      group_no,
      live,
      kind
  ) AS n
  JOIN tiers AS t
    ON n.touchpoint = t.touchpoint
    AND n.counted_thousandths >= t.from_hits * 1000
    AND (
      t.below_hits IS NULL OR n.counted_thousandths < t.below_hits * 1000
    )
), totals AS (
  SELECT
    candidate,
    CAST(SUM(CASE WHEN group_no = 0 THEN millipoints ELSE CAST(0 AS BIGINT) END) AS BIGINT) AS group_0,
    CAST(SUM(CASE WHEN group_no = 1 THEN millipoints ELSE CAST(0 AS BIGINT) END) AS BIGINT) AS group_1,
    CAST(SUM(CASE WHEN group_no = 2 THEN millipoints ELSE CAST(0 AS BIGINT) END) AS BIGINT) AS group_2,
    CAST(SUM(seen) AS BIGINT) AS evidence,
    MAX(last_event_at) AS last_event_at
  FROM lines
  GROUP BY
    candidate
), summed AS (
  SELECT
    *,
    group_0 + LEAST(group_1, CAST(40000 AS BIGINT)) + group_2 AS uncut
  FROM totals
), cut AS (
  SELECT
    *,
    GREATEST(LEAST(uncut, CAST(100000 AS BIGINT)), CAST(0 AS BIGINT)) AS millipoints
  FROM summed
)
SELECT
  candidate,
  'touchpoint' AS kind,
  name,
  touchpoint,
  day,
  hits,
  counted_thousandths,
  millipoints
FROM lines
WHERE
  NOT name IS NULL
UNION ALL
SELECT
  candidate,
  'group_cap' AS kind,
  'web' AS name,
  CAST(NULL AS INT) AS touchpoint,
  CAST(NULL AS DATE) AS day,
  CAST(0 AS BIGINT) AS hits,
  CAST(0 AS BIGINT) AS counted_thousandths,
  (
    LEAST(group_1, CAST(40000 AS BIGINT)) - group_1
  ) AS millipoints
FROM cut
WHERE
  (
    LEAST(group_1, CAST(40000 AS BIGINT)) - group_1
  ) <> 0
UNION ALL
SELECT
  candidate,
  'model_cap' AS kind,
  'model' AS name,
  CAST(NULL AS INT) AS touchpoint,
  CAST(NULL AS DATE) AS day,
  CAST(0 AS BIGINT) AS hits,
  CAST(0 AS BIGINT) AS counted_thousandths,
  (
    millipoints - uncut
  ) AS millipoints
FROM cut
WHERE
  (
    millipoints - uncut
  ) <> 0;
