with

checks as (
    select * from {{ ref('map_reconciliations') }}
),

sides as (
    select
        check_id,
        as_of_on,
        cast(sum(side_eur) filter (where check_side = 'left') as decimal(18, 2)) as left_eur,
        cast(sum(side_eur) filter (where check_side = 'right') as decimal(18, 2)) as right_eur
    from {{ ref('prep_reconciled_sides') }}
    group by check_id, as_of_on
),

-- A side that is missing is a difference; where both are, there is nothing to compare.
final as (
    select
        sides.check_id,
        sides.as_of_on,
        checks.check_position,
        checks.check_label_fr,
        checks.left_label_fr,
        checks.right_label_fr,
        coalesce(sides.left_eur, 0) as left_eur,
        coalesce(sides.right_eur, 0) as right_eur,
        cast(coalesce(sides.left_eur, 0) - coalesce(sides.right_eur, 0) as decimal(18, 2)) as delta_eur,
        checks.tolerance_eur,
        checks.severity,
        abs(coalesce(sides.left_eur, 0) - coalesce(sides.right_eur, 0)) <= checks.tolerance_eur as is_reconciled
    from sides
    inner join checks on sides.check_id = checks.check_id
    where
        (sides.left_eur is not null or sides.right_eur is not null)
        and sides.as_of_on >= {{ months_before(as_of(), 12) }}
)

select * from final
