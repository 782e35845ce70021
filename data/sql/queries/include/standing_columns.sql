        coalesce(standing.grade, '-' || standing.ungraded) as grade,
        standing.grade_from,
        standing.grade_rank,
        standing.score,
        standing.light,
        standing.light_rank
