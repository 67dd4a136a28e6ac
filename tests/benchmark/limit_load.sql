-- The exports, typed while they are read: nothing is checked, qualified, rejected, de-duplicated or remembered.
create macro euro(written) as
    cast(translate(written, ',' || chr(160) || chr(8239), '.') as decimal(18, 2)); -- both no-break spaces

create table crm_clients as
select * from read_csv('{exports}/crm/comptes.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'client_id': 'varchar', 'client_name': 'varchar', 'siren': 'varchar', 'vat_number': 'varchar',
    'email_domain': 'varchar', 'client_type': 'varchar', 'segment': 'varchar', 'country_code': 'varchar',
    'postcode': 'varchar', 'owner_id': 'varchar', 'is_intercompany': 'varchar', 'created_on': 'date'
}, dateformat = '%d/%m/%Y');

create table deals as
select * replace (euro(ht) as ht)
from read_csv('{exports}/crm/affaires.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'deal_id': 'varchar', 'client_id': 'varchar', 'owner_id': 'varchar', 'deal_name': 'varchar', 'pipeline': 'varchar',
    'stage_id': 'varchar', 'outcome': 'varchar', 'lost_reason': 'varchar', 'ht': 'varchar', 'currency': 'varchar',
    'rate': 'decimal(18,6)', 'probability': 'decimal(9,6)', 'deal_type': 'varchar', 'channel': 'varchar',
    'created_at': 'timestamp', 'expected_on': 'date', 'closed_at': 'timestamp', 'merged_into': 'varchar'
}, decimal_separator = ',', dateformat = '%d/%m/%Y', timestampformat = '%d/%m/%Y %H:%M');

create table deal_stage_events as
select * from read_csv('{exports}/crm/historique_etapes.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'event_id': 'varchar', 'deal_id': 'varchar', 'from_stage': 'varchar', 'to_stage': 'varchar',
    'occurred_at': 'timestamp'
}, timestampformat = '%d/%m/%Y %H:%M');

create table activities as
select * from read_csv('{exports}/crm/activites.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'activity_id': 'varchar', 'deal_id': 'varchar', 'client_id': 'varchar', 'kind': 'varchar',
    'occurred_at': 'timestamp', 'minutes': 'integer'
}, timestampformat = '%d/%m/%Y %H:%M');

create table quote_lines as
select * from read_csv('{exports}/crm/devis.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'quote_id': 'varchar', 'quote_number': 'varchar', 'root_id': 'varchar', 'version': 'integer',
    'client_id': 'varchar', 'deal_id': 'varchar', 'state': 'varchar', 'issued_on': 'date', 'valid_until': 'date',
    'signed_on': 'date', 'promised_on': 'date', 'currency': 'varchar', 'rate': 'decimal(18,6)', 'line_id': 'varchar',
    'line_number': 'integer', 'offer_id': 'varchar', 'quantity': 'decimal(18,6)', 'list_price': 'decimal(18,6)',
    'net_price': 'decimal(18,6)', 'ht': 'decimal(18,2)', 'discount': 'varchar', 'tax_rate': 'decimal(9,6)',
    'cost': 'decimal(18,2)', 'is_option': 'varchar', 'is_chosen': 'varchar'
}, decimal_separator = ',', dateformat = '%d/%m/%Y');

create table orders as
select * from read_csv('{exports}/gestion/commandes.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'order_id': 'varchar', 'order_number': 'varchar', 'quote_id': 'varchar', 'deal_id': 'varchar',
    'client_id': 'varchar', 'sale_type': 'varchar', 'signed_on': 'date', 'currency': 'varchar',
    'rate': 'decimal(18,6)'
}, decimal_separator = ',', dateformat = '%d/%m/%Y');

create table order_lines as
select * from read_csv('{exports}/gestion/lignes_commande.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'change_id': 'varchar', 'line_id': 'varchar', 'order_id': 'varchar', 'change_kind': 'varchar',
    'offer_id': 'varchar', 'quantity': 'decimal(18,6)', 'ht': 'decimal(18,2)', 'ttc': 'decimal(18,2)',
    'cost': 'decimal(18,2)', 'effective_on': 'date', 'recorded_on': 'date', 'promised_on': 'date', 'reason': 'varchar'
}, decimal_separator = ',', dateformat = '%d/%m/%Y');

create table deliveries as
select * from read_csv('{exports}/gestion/livraisons.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'delivery_id': 'varchar', 'order_id': 'varchar', 'line_id': 'varchar', 'delivered_on': 'date',
    'recorded_on': 'date', 'quantity': 'decimal(18,6)', 'ht': 'decimal(18,2)', 'evidence': 'varchar'
}, decimal_separator = ',', dateformat = '%d/%m/%Y');

create table gestion_clients as
select * from read_csv('{exports}/gestion/clients.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'client_id': 'varchar', 'client_name': 'varchar', 'siren': 'varchar', 'vat_number': 'varchar',
    'account': 'varchar', 'country_code': 'varchar', 'postcode': 'varchar', 'terms': 'varchar', 'created_on': 'date'
}, dateformat = '%d/%m/%Y');

create table time_entries as
select * from read_csv('{exports}/gestion/temps_*.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'entry_id': 'varchar', 'worked_on': 'date', 'pool': 'varchar', 'activity': 'varchar', 'order_id': 'varchar',
    'deal_id': 'varchar', 'client_id': 'varchar', 'hours': 'decimal(9,2)', 'hourly_cost': 'decimal(18,2)'
}, decimal_separator = ',', dateformat = '%d/%m/%Y');

create table costs as
select * replace (euro(ht) as ht)
from read_csv('{exports}/gestion/charges.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'cost_id': 'varchar', 'cost_on': 'date', 'recorded_on': 'date', 'kind': 'varchar', 'order_id': 'varchar',
    'client_id': 'varchar', 'offer_id': 'varchar', 'ht': 'varchar', 'account': 'varchar'
}, dateformat = '%d/%m/%Y');

create table books_clients as
select *
from read_csv('{exports}/comptabilite/comptes_auxiliaires.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'client_id': 'varchar', 'client_name': 'varchar', 'siren': 'varchar', 'vat_number': 'varchar',
    'account': 'varchar', 'email_domain': 'varchar', 'country_code': 'varchar', 'postcode': 'varchar',
    'terms': 'varchar', 'created_on': 'date', 'insolvent_on': 'date', 'credit_limit': 'varchar'
}, dateformat = '%d/%m/%Y');

create table invoices as
select * replace (euro(ht) as ht, euro(vat) as vat, euro(ttc) as ttc, euro(residual) as residual)
from read_csv('{exports}/comptabilite/factures.csv', delim = ';', header = true, ignore_errors = true,
encoding = 'latin-1',
columns = {
    'invoice_id': 'varchar', 'invoice_number': 'varchar', 'doc_type': 'varchar', 'state': 'varchar',
    'client_id': 'varchar', 'order_id': 'varchar', 'credited_id': 'varchar', 'credit_reason': 'varchar',
    'issued_on': 'date', 'recorded_on': 'date', 'currency': 'varchar', 'rate': 'decimal(18,6)', 'ht': 'varchar',
    'vat': 'varchar', 'ttc': 'varchar', 'residual': 'varchar', 'terms': 'varchar', 'disputed_from': 'date',
    'disputed_to': 'date'
}, decimal_separator = ',', dateformat = '%d/%m/%Y');

create table invoice_lines as
select * from read_csv('{exports}/comptabilite/lignes_facture.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'line_id': 'varchar', 'invoice_id': 'varchar', 'line_number': 'integer', 'order_line_id': 'varchar',
    'offer_id': 'varchar', 'line_role': 'varchar', 'quantity': 'decimal(18,6)', 'list_price': 'decimal(18,6)',
    'net_price': 'decimal(18,6)', 'ht': 'decimal(18,2)', 'vat': 'decimal(18,2)', 'ttc': 'decimal(18,2)',
    'tax_rate': 'decimal(9,6)', 'account': 'varchar'
}, decimal_separator = ',', dateformat = '%d/%m/%Y');

create table instalments as
select * from read_csv('{exports}/comptabilite/echeances.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'instalment_id': 'varchar', 'invoice_id': 'varchar', 'instalment_number': 'integer', 'due_on': 'date',
    'ttc': 'decimal(18,2)', 'kind': 'varchar'
}, decimal_separator = ',', dateformat = '%d/%m/%Y');

create table payments as
select * from read_csv('{exports}/comptabilite/reglements.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'payment_id': 'varchar', 'client_id': 'varchar', 'paid_on': 'date', 'recorded_on': 'date', 'direction': 'varchar',
    'ttc': 'decimal(18,2)', 'currency': 'varchar', 'rate': 'decimal(18,6)', 'instrument': 'varchar',
    'reference': 'varchar', 'state': 'varchar', 'bounced_on': 'date'
}, decimal_separator = ',', dateformat = '%d/%m/%Y');

create table allocations as
select * from read_csv('{exports}/comptabilite/lettrage.csv', delim = ';', header = true, ignore_errors = true,
columns = {
    'allocation_id': 'varchar', 'invoice_id': 'varchar', 'instalment_id': 'varchar', 'counterpart': 'varchar',
    'payment_id': 'varchar', 'credit_note_id': 'varchar', 'ttc': 'decimal(18,2)', 'allocated_on': 'date',
    'quality': 'varchar'
}, decimal_separator = ',', dateformat = '%d/%m/%Y');
