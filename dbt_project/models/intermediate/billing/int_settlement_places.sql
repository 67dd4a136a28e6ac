-- A leg that names no instalment fills those of its document, oldest due first. Legs and instalments are laid end to
-- end, as intervals of one line (the open amount of the document): a leg settles the instalments that it overlaps.
with

legs as (
    select * from {{ ref('int_settlement_legs') }}
),

dues as (
    select
        *,
        case when due_doc_amount < 0 then -1 else 1 end as direction
    from {{ ref('int_instalment_dues') }}
),

addressed as (
    select
        legs.leg_id,
        legs.invoice_id,
        dues.instalment_id,
        legs.allocated_doc_amount as placed_doc_amount,
        case when legs.bounced_on is null then legs.allocated_doc_amount * dues.direction else 0 end
            as taken_doc_amount
    from legs
    inner join dues on legs.instalment_id = dues.instalment_id and legs.invoice_id = dues.invoice_id
),

taken as (
    select
        instalment_id,
        sum(taken_doc_amount) as taken_doc_amount
    from addressed
    group by instalment_id
),

-- The last instalment has no end: it takes what exceeds the document.
ranked as (
    select
        dues.*,
        greatest(dues.due_doc_amount * dues.direction - coalesce(taken.taken_doc_amount, 0), 0) as free_doc_amount,
        row_number() over due_first as place,
        count(*) over (partition by dues.invoice_id) as place_count
    from dues
    left join taken on dues.instalment_id = taken.instalment_id
    window due_first as (partition by dues.invoice_id order by dues.due_on, dues.instalment_number, dues.instalment_id)
),

shelves as (
    select
        *,
        sum(free_doc_amount) over filling - free_doc_amount as shelf_from,
        case
            when place = place_count then cast(1000000000000000 as decimal(18, 2))
            else sum(free_doc_amount) over filling
        end as shelf_to
    from ranked
    window filling as (partition by invoice_id order by place rows unbounded preceding)
),

-- A bounced payment frees its place: it is laid on its own line.
unaddressed as (
    select
        legs.*,
        sum(abs(legs.allocated_doc_amount)) over pouring - abs(legs.allocated_doc_amount) as leg_from,
        sum(abs(legs.allocated_doc_amount)) over pouring as leg_to
    from legs
    left join addressed on legs.leg_id = addressed.leg_id
    where addressed.leg_id is null
    window pouring as (
        partition by
            legs.invoice_id,
            sign(legs.allocated_doc_amount),
            case when legs.bounced_on is not null then legs.leg_id end
        order by legs.effective_on, legs.leg_id rows unbounded preceding
    )
),

poured as (
    select
        unaddressed.leg_id,
        shelves.instalment_id,
        case
            when sign(unaddressed.allocated_doc_amount) = shelves.direction
                then
                    shelves.direction
                    * (least(unaddressed.leg_to, shelves.shelf_to) - greatest(unaddressed.leg_from, shelves.shelf_from))
            else unaddressed.allocated_doc_amount
        end as placed_doc_amount,
        shelves.place_count > 1 as is_spread
    from unaddressed
    inner join shelves on unaddressed.invoice_id = shelves.invoice_id
    where
        case
            when sign(unaddressed.allocated_doc_amount) = shelves.direction
                then unaddressed.leg_from < shelves.shelf_to and shelves.shelf_from < unaddressed.leg_to
            -- What goes the other way (the refund of an invoice) reopens the oldest instalment.
            else shelves.place = 1
        end
),

final as (
    select
        leg_id,
        instalment_id,
        cast(placed_doc_amount as decimal(18, 2)) as placed_doc_amount,
        is_spread
    from poured
    union all
    select
        leg_id,
        instalment_id,
        placed_doc_amount,
        false as is_spread
    from addressed
)

select * from final
