-- The same headline reports as the product's, at one date, by the shortest SQL that answers: no history, no checks.
create table report_chain as
with flows as (
    select issued_on as on_day, 'proposed' as station, ht as eur from quote_lines
    where version = 1 and state <> 'Brouillon' and is_option = 'non'
    union all
    select effective_on, 'signed', ht from order_lines
    union all
    select delivered_on, 'delivered', ht from deliveries
    union all
    select issued_on, 'invoiced', ht * coalesce(rate, 1) from invoices where state = 'Validée'
    union all
    select paid_on, 'cashed', if(direction = 'Remboursement', -1, 1) * ttc * coalesce(rate, 1) from payments
    where state = 'Encaissé'
)

select date_trunc('month', on_day) as month, station, sum(eur) as eur
from flows
where on_day <= date '{as_of}'
group by all;

create table report_win_rate as
select
    coalesce(crm_clients.client_type, 'all') as client_type,
    count(*) filter (where deals.outcome = 'Gagnée') as won_count,
    count(*) filter (where deals.outcome = 'Perdue') as lost_count,
    count(*) filter (where deals.outcome = 'Gagnée') / nullif(count(*) filter (where deals.outcome <> 'En cours'), 0)
        as win_rate
from deals
left join crm_clients on deals.client_id = crm_clients.client_id
where deals.merged_into is null
group by grouping sets ((crm_clients.client_type), ());

create table open_instalments as
with first_instalments as (
    select invoice_id, min_by(instalment_id, due_on) as instalment_id from instalments group by invoice_id
),

settlements as (
    select allocations.invoice_id, allocations.instalment_id, allocations.ttc
    from allocations
    left join payments on allocations.payment_id = payments.payment_id
    where coalesce(payments.state, 'Encaissé') = 'Encaissé' and allocations.allocated_on <= date '{as_of}'
    union all
    select credit_note_id, null, -ttc from allocations
    where credit_note_id is not null and allocated_on <= date '{as_of}'
),

settled as (
    select coalesce(settlements.instalment_id, first_instalments.instalment_id) as instalment_id, sum(ttc) as ttc
    from settlements
    inner join first_instalments on settlements.invoice_id = first_instalments.invoice_id
    group by all
)

select invoices.client_id, instalments.due_on, instalments.ttc - coalesce(settled.ttc, 0) as open_ttc
from instalments
inner join invoices on instalments.invoice_id = invoices.invoice_id
left join settled on instalments.instalment_id = settled.instalment_id
where invoices.state = 'Validée' and invoices.issued_on <= date '{as_of}';

create table report_aging as
select
    client_id,
    case
        when due_on >= date '{as_of}' then 'not_due'
        when date '{as_of}' - due_on <= 30 then '1-30'
        when date '{as_of}' - due_on <= 60 then '31-60'
        when date '{as_of}' - due_on <= 90 then '61-90'
        else '91+'
    end as bucket,
    sum(open_ttc) as open_ttc
from open_instalments
where open_ttc <> 0
group by all;

create table report_dso as
with sales as (
    select date_trunc('month', issued_on) as month, sum(ttc * coalesce(rate, 1)) as ttc
    from invoices
    where state = 'Validée' and issued_on <= date '{as_of}'
    group by all
),

backwards as (
    select month, ttc, sum(ttc) over (order by month desc) as consumed, day(last_day(month)) as days from sales
)

select sum(days * least(1, greatest(0, (owed - (consumed - ttc)) / nullif(ttc, 0)))) as dso_days
from backwards, (select sum(open_ttc) as owed from open_instalments);

create table report_client_profit as
with clients as (
    select client_id, coalesce(siren, client_name) as company from books_clients
    union all
    select client_id, coalesce(siren, client_name) as company from gestion_clients
),

entries as (
    select invoices.client_id, lines.ht * coalesce(invoices.rate, 1) as eur, lines.ht as revenue
    from invoice_lines as lines
    inner join invoices on lines.invoice_id = invoices.invoice_id
    where invoices.state = 'Validée' and lines.line_role not in ('Acompte', 'Déduction d''acompte')
    union all
    select coalesce(orders.client_id, costs.client_id), -costs.ht, 0
    from costs
    left join orders on costs.order_id = orders.order_id
    union all
    select coalesce(orders.client_id, time_entries.client_id), -time_entries.hours * time_entries.hourly_cost, 0
    from time_entries
    left join orders on time_entries.order_id = orders.order_id
    where time_entries.activity in ('Production', 'Assistance', 'Reprise')
)

select
    coalesce(clients.company, 'nobody') as company,
    sum(entries.revenue) as revenue,
    sum(entries.eur) as profit,
    rank() over (order by sum(entries.revenue) desc) as revenue_rank,
    rank() over (order by sum(entries.eur) desc) as profit_rank
from entries
left join clients on entries.client_id = clients.client_id
group by all;
