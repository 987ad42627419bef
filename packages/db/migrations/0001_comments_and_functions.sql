-- Rows of these tables are updated in place over and over: room in every page keeps such updates off the indexes.
ALTER TABLE magento.customers SET (fillfactor = 85);
ALTER TABLE sync.checkpoints SET (fillfactor = 50);
ALTER TABLE sync.runs SET (fillfactor = 70);
ALTER TABLE sync.outbox_consumers SET (fillfactor = 50);
--> statement-breakpoint
-- Custom attributes are text whatever their type says, so the generated view reads them through these functions: a value
-- that does not fit becomes null instead of failing the query.
CREATE FUNCTION magento.bigint_or_null(value text) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN value ~ '^[+-]?\d{1,18}$' THEN value::bigint END;
--> statement-breakpoint
CREATE FUNCTION magento.numeric_or_null(value text) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN value ~ '^[+-]?\d{1,40}(\.\d{1,40})?$' THEN value::numeric END;
--> statement-breakpoint
CREATE FUNCTION magento.boolean_or_null(value text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN value IN ('1', 'true') THEN true WHEN value IN ('0', 'false') THEN false END;
--> statement-breakpoint
-- 31 February passes the pattern; counted from the first of its month it ends up in another month.
CREATE FUNCTION magento.date_or_null(value text) RETURNS date
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN value ~ '^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([ T]|$)' THEN
    CASE WHEN extract(month FROM make_date(left(value, 4)::int, substr(value, 6, 2)::int, 1) + (substr(value, 9, 2)::int - 1))
        = substr(value, 6, 2)::int
      THEN make_date(left(value, 4)::int, substr(value, 6, 2)::int, 1) + (substr(value, 9, 2)::int - 1) END END;
--> statement-breakpoint
CREATE FUNCTION magento.instant_or_null(value text) RETURNS timestamp with time zone
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (magento.date_or_null(value) + CASE WHEN value ~ '^.{10}[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d' THEN
    make_time(substr(value, 12, 2)::int, substr(value, 15, 2)::int, substr(value, 18, 2)::int)
    ELSE make_time(0, 0, 0) END) AT TIME ZONE 'UTC';
--> statement-breakpoint
-- Multiselect values: '7,8' from Magento itself, arrays from some modules.
CREATE FUNCTION magento.text_list(value jsonb) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE jsonb_typeof(value)
    WHEN 'null' THEN NULL
    WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(value))
    ELSE string_to_array(value #>> '{}', ',') END;
--> statement-breakpoint
COMMENT ON FUNCTION magento.bigint_or_null IS 'The text as a whole number, or null when it is none';
COMMENT ON FUNCTION magento.numeric_or_null IS 'The text as a number, or null when it is none';
COMMENT ON FUNCTION magento.boolean_or_null IS 'Magento''s 0 and 1 as a boolean, or null';
COMMENT ON FUNCTION magento.date_or_null IS 'The text as a day, or null when the calendar has no such day';
COMMENT ON FUNCTION magento.instant_or_null IS 'The text as a time in UTC, or null when it is none';
COMMENT ON FUNCTION magento.text_list IS 'The values of a multiselect attribute';
--> statement-breakpoint
COMMENT ON SCHEMA magento IS 'The copy of the shops, for reading';
COMMENT ON SCHEMA sync IS 'Bookkeeping of the synchronisation';
COMMENT ON SEQUENCE sync.fences IS 'Numbers of claims of checkpoints; none is used twice';
COMMENT ON TABLE sync.changes IS 'History: what each change altered';
COMMENT ON COLUMN sync.changes.id IS 'Number of the entry';
COMMENT ON COLUMN sync.changes.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.changes.entity IS 'Kind of record, such as customers';
COMMENT ON COLUMN sync.changes.entity_id IS 'Id of the record in Magento';
COMMENT ON COLUMN sync.changes.operation IS 'insert, update, replace, revive, delete or erase';
COMMENT ON COLUMN sync.changes.cause IS 'Kind of read that found it';
COMMENT ON COLUMN sync.changes.run_id IS 'Run that found it';
COMMENT ON COLUMN sync.changes.observed_at IS 'When the shop was read';
COMMENT ON COLUMN sync.changes.recorded_at IS 'When it was written';
COMMENT ON COLUMN sync.changes.changed_fields IS 'Names of the fields that differ';
COMMENT ON COLUMN sync.changes.old_values IS 'Their values before; null after an erasure';
COMMENT ON COLUMN sync.changes.new_values IS 'Their values afterwards; null after an erasure';
COMMENT ON TABLE sync.outbox IS 'Feed for consumers; entries of one record are in their order';
COMMENT ON COLUMN sync.outbox.position IS 'Cursor; rises in the order of commits within a shop';
COMMENT ON COLUMN sync.outbox.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.outbox.entity IS 'Kind of record, such as customers';
COMMENT ON COLUMN sync.outbox.entity_id IS 'Id of the record in Magento';
COMMENT ON COLUMN sync.outbox.operation IS 'insert, update, replace, revive, delete or erase';
COMMENT ON COLUMN sync.outbox.cause IS 'Kind of read that found it';
COMMENT ON COLUMN sync.outbox.run_id IS 'Run that found it';
COMMENT ON COLUMN sync.outbox.change_id IS 'Entry of the history';
COMMENT ON COLUMN sync.outbox.changed_fields IS 'Names of the fields that differ';
COMMENT ON COLUMN sync.outbox.recorded_at IS 'When it was written';
COMMENT ON TABLE sync.outbox_consumers IS 'How far consumers of the feed have read';
COMMENT ON COLUMN sync.outbox_consumers.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.outbox_consumers.consumer IS 'Name of the consumer';
COMMENT ON COLUMN sync.outbox_consumers.position IS 'Last position it acknowledged';
COMMENT ON COLUMN sync.outbox_consumers.updated_at IS 'When it did';
COMMENT ON TABLE sync.outbox_horizons IS 'Up to where feeds were pruned';
COMMENT ON COLUMN sync.outbox_horizons.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.outbox_horizons.position IS 'Last position that is gone';
COMMENT ON COLUMN sync.outbox_horizons.pruned_at IS 'When';
COMMENT ON TABLE magento.customer_addresses IS 'Address books; a row goes when its customer no longer shows the address';
COMMENT ON COLUMN magento.customer_addresses.shop IS 'Short name of the shop the row belongs to';
COMMENT ON COLUMN magento.customer_addresses.id IS 'Address id in Magento';
COMMENT ON COLUMN magento.customer_addresses.customer_id IS 'Customer, see customers';
COMMENT ON COLUMN magento.customer_addresses.prefix IS 'Name prefix';
COMMENT ON COLUMN magento.customer_addresses.firstname IS 'First name';
COMMENT ON COLUMN magento.customer_addresses.middlename IS 'Middle name';
COMMENT ON COLUMN magento.customer_addresses.lastname IS 'Last name';
COMMENT ON COLUMN magento.customer_addresses.suffix IS 'Name suffix';
COMMENT ON COLUMN magento.customer_addresses.company IS 'Company';
COMMENT ON COLUMN magento.customer_addresses.street IS 'Street lines';
COMMENT ON COLUMN magento.customer_addresses.city IS 'City';
COMMENT ON COLUMN magento.customer_addresses.postcode IS 'Postcode';
COMMENT ON COLUMN magento.customer_addresses.country_id IS 'ISO 3166-1 alpha-2 code of the country';
COMMENT ON COLUMN magento.customer_addresses.region_id IS 'Region in Magento''s directory; null or 0 for free text';
COMMENT ON COLUMN magento.customer_addresses.region_code IS 'Code of the region; repeats the text for free text';
COMMENT ON COLUMN magento.customer_addresses.region IS 'Name of the region';
COMMENT ON COLUMN magento.customer_addresses.telephone IS 'Telephone';
COMMENT ON COLUMN magento.customer_addresses.fax IS 'Fax';
COMMENT ON COLUMN magento.customer_addresses.vat_id IS 'VAT number';
COMMENT ON COLUMN magento.customer_addresses.default_billing IS 'Whether it is the default billing address';
COMMENT ON COLUMN magento.customer_addresses.default_shipping IS 'Whether it is the default shipping address';
COMMENT ON COLUMN magento.customer_addresses.custom_attributes IS 'Custom attributes by code';
COMMENT ON COLUMN magento.customer_addresses.extension_attributes IS 'Values that modules add';
COMMENT ON COLUMN magento.customer_addresses.raw IS 'The whole object as the shop sent it';
COMMENT ON COLUMN magento.customer_addresses.first_seen_at IS 'When the copy saw it first';
COMMENT ON COLUMN magento.customer_addresses.changed_at IS 'When the copy was last changed';
COMMENT ON COLUMN magento.customer_addresses.deleted_at IS 'Set and cleared together with the customer';
COMMENT ON TABLE magento.customers IS 'Customers as the shop last showed them; deleted ones keep a row with deleted_at';
COMMENT ON COLUMN magento.customers.shop IS 'Short name of the shop the row belongs to';
COMMENT ON COLUMN magento.customers.id IS 'Customer id in Magento';
COMMENT ON COLUMN magento.customers.email IS 'E-mail address; unique per website, not per shop';
COMMENT ON COLUMN magento.customers.group_id IS 'Customer group, see customer_groups';
COMMENT ON COLUMN magento.customers.website_id IS 'Website; null after the website was deleted';
COMMENT ON COLUMN magento.customers.store_id IS 'Store view; null after the store view was deleted';
COMMENT ON COLUMN magento.customers.created_in IS 'Name of the store view in which the account was made, or Admin';
COMMENT ON COLUMN magento.customers.prefix IS 'Name prefix';
COMMENT ON COLUMN magento.customers.firstname IS 'First name';
COMMENT ON COLUMN magento.customers.middlename IS 'Middle name';
COMMENT ON COLUMN magento.customers.lastname IS 'Last name';
COMMENT ON COLUMN magento.customers.suffix IS 'Name suffix';
COMMENT ON COLUMN magento.customers.dob IS 'Date of birth';
COMMENT ON COLUMN magento.customers.gender IS 'Option id of the attribute gender';
COMMENT ON COLUMN magento.customers.taxvat IS 'Tax or VAT number';
COMMENT ON COLUMN magento.customers.confirmation IS 'Confirmation key; null once the e-mail address is confirmed';
COMMENT ON COLUMN magento.customers.default_billing IS 'Id of the default billing address';
COMMENT ON COLUMN magento.customers.default_shipping IS 'Id of the default shipping address';
COMMENT ON COLUMN magento.customers.disable_auto_group_change IS 'Whether the VAT check may not change the group';
COMMENT ON COLUMN magento.customers.is_subscribed IS 'Newsletter subscription; null when the shop does not say';
COMMENT ON COLUMN magento.customers.custom_attributes IS 'Custom attributes by code; values as stored by Magento, mostly text';
COMMENT ON COLUMN magento.customers.extension_attributes IS 'Values that modules add';
COMMENT ON COLUMN magento.customers.raw IS 'The whole object as the shop sent it; null after an erasure';
COMMENT ON COLUMN magento.customers.content_hash IS 'Digest of raw without updated_at; equal digests mean equal content';
COMMENT ON COLUMN magento.customers.source_created_at IS 'created_at of the shop; another value under the same id is another person';
COMMENT ON COLUMN magento.customers.source_updated_at IS 'updated_at of the shop; address edits do not move it';
COMMENT ON COLUMN magento.customers.first_seen_at IS 'When the copy saw it first';
COMMENT ON COLUMN magento.customers.last_seen_at IS 'When it was last read from the shop, to the hour unless it changed';
COMMENT ON COLUMN magento.customers.last_verified_at IS 'When it was last compared with the shop as a whole, to the hour';
COMMENT ON COLUMN magento.customers.deleted_at IS 'When the shop confirmed that it has the customer no more; null while it exists';
COMMENT ON COLUMN magento.customers.erased_at IS 'When the personal data was removed from this row for good';
COMMENT ON TABLE sync.checkpoints IS 'Where each read goes on after a crash';
COMMENT ON COLUMN sync.checkpoints.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.checkpoints.entity IS 'Kind of record, such as customers';
COMMENT ON COLUMN sync.checkpoints.kind IS 'pull, backfill, sweep or reconcile';
COMMENT ON COLUMN sync.checkpoints.range IS 'all, or the name of a range of ids';
COMMENT ON COLUMN sync.checkpoints.after_updated_at IS 'A pull goes on after this updated_at';
COMMENT ON COLUMN sync.checkpoints.after_id IS 'Reading goes on after this id';
COMMENT ON COLUMN sync.checkpoints.up_to_id IS 'Last id of the range; null means no end';
COMMENT ON COLUMN sync.checkpoints.watermark IS 'Up to where pulls are complete; never moves back';
COMMENT ON COLUMN sync.checkpoints.started_at IS 'When this pass began';
COMMENT ON COLUMN sync.checkpoints.completed_at IS 'When this pass was done; null while it is under way';
COMMENT ON COLUMN sync.checkpoints.fence IS 'Number of the latest claim; older claims may not write';
COMMENT ON COLUMN sync.checkpoints.claimed_at IS 'When it was last claimed';
COMMENT ON COLUMN sync.checkpoints.updated_at IS 'When it last moved';
COMMENT ON TABLE sync.runs IS 'Runs of jobs and what they did';
COMMENT ON COLUMN sync.runs.id IS 'Number of the run';
COMMENT ON COLUMN sync.runs.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.runs.entity IS 'Kind of record, such as customers';
COMMENT ON COLUMN sync.runs.kind IS 'Kind of run: pull, backfill, sweep, …';
COMMENT ON COLUMN sync.runs.status IS 'running, succeeded, incomplete, failed or interrupted';
COMMENT ON COLUMN sync.runs.reason IS 'Why it did not simply succeed';
COMMENT ON COLUMN sync.runs.details IS 'What else the job wanted to record';
COMMENT ON COLUMN sync.runs.started_at IS 'Begin';
COMMENT ON COLUMN sync.runs.heartbeat_at IS 'Last sign of life';
COMMENT ON COLUMN sync.runs.finished_at IS 'End';
COMMENT ON COLUMN sync.runs.pages IS 'Pages written';
COMMENT ON COLUMN sync.runs.rows_read IS 'Records read from the shop';
COMMENT ON COLUMN sync.runs.inserted IS 'New in the copy';
COMMENT ON COLUMN sync.runs.updated IS 'Changed in the copy';
COMMENT ON COLUMN sync.runs.unchanged IS 'Equal already';
COMMENT ON COLUMN sync.runs.stale IS 'Not written because the copy has something newer';
COMMENT ON COLUMN sync.runs.replaced IS 'Of the updated: another person under the same id';
COMMENT ON COLUMN sync.runs.revived IS 'Of the updated: had been deleted';
COMMENT ON COLUMN sync.runs.tombstoned IS 'Marked as deleted';
COMMENT ON COLUMN sync.runs.erased IS 'Personal data removed';
COMMENT ON TABLE magento.attribute_options IS 'Option labels of select and multiselect attributes';
COMMENT ON COLUMN magento.attribute_options.shop IS 'Short name of the shop the row belongs to';
COMMENT ON COLUMN magento.attribute_options.entity_type IS 'customer or customer_address';
COMMENT ON COLUMN magento.attribute_options.attribute_code IS 'Attribute';
COMMENT ON COLUMN magento.attribute_options.value IS 'What customers have as their value';
COMMENT ON COLUMN magento.attribute_options.label IS 'Label in the store view that was asked';
COMMENT ON COLUMN magento.attribute_options.position IS 'Place in the list';
COMMENT ON COLUMN magento.attribute_options.raw IS 'The option as the shop sent it';
COMMENT ON COLUMN magento.attribute_options.first_seen_at IS 'When the copy saw it first';
COMMENT ON COLUMN magento.attribute_options.changed_at IS 'When the copy was last changed';
COMMENT ON COLUMN magento.attribute_options.deleted_at IS 'Since when the shop has it no more; null while it exists';
COMMENT ON TABLE magento.attributes IS 'Attributes of customers and addresses';
COMMENT ON COLUMN magento.attributes.shop IS 'Short name of the shop the row belongs to';
COMMENT ON COLUMN magento.attributes.entity_type IS 'customer or customer_address';
COMMENT ON COLUMN magento.attributes.attribute_code IS 'Code';
COMMENT ON COLUMN magento.attributes.frontend_input IS 'Input: text, textarea, select, multiselect, boolean, date, …';
COMMENT ON COLUMN magento.attributes.frontend_label IS 'Label in the back office';
COMMENT ON COLUMN magento.attributes.store_label IS 'Label in the store view that was asked';
COMMENT ON COLUMN magento.attributes.backend_type IS 'Storage: static, varchar, int, decimal, datetime, text';
COMMENT ON COLUMN magento.attributes.required IS 'Whether a value is required';
COMMENT ON COLUMN magento.attributes.visible IS 'Whether shoppers see it';
COMMENT ON COLUMN magento.attributes.user_defined IS 'Whether it was made by the merchant or a module';
COMMENT ON COLUMN magento.attributes.system IS 'Whether Magento needs it';
COMMENT ON COLUMN magento.attributes.sort_order IS 'Place in forms';
COMMENT ON COLUMN magento.attributes.multiline_count IS 'Number of lines of a multiline input';
COMMENT ON COLUMN magento.attributes.raw IS 'The whole object as the shop sent it, without its options';
COMMENT ON COLUMN magento.attributes.first_seen_at IS 'When the copy saw it first';
COMMENT ON COLUMN magento.attributes.changed_at IS 'When the copy was last changed';
COMMENT ON COLUMN magento.attributes.deleted_at IS 'Since when the shop has it no more; null while it exists';
COMMENT ON TABLE magento.customer_groups IS 'Customer groups; 0 is NOT LOGGED IN';
COMMENT ON COLUMN magento.customer_groups.shop IS 'Short name of the shop the row belongs to';
COMMENT ON COLUMN magento.customer_groups.id IS 'Group id in Magento';
COMMENT ON COLUMN magento.customer_groups.code IS 'Name of the group';
COMMENT ON COLUMN magento.customer_groups.tax_class_id IS 'Tax class';
COMMENT ON COLUMN magento.customer_groups.tax_class_name IS 'Name of the tax class';
COMMENT ON COLUMN magento.customer_groups.excluded_website_ids IS 'Websites that the group may not buy on';
COMMENT ON COLUMN magento.customer_groups.raw IS 'The whole object as the shop sent it';
COMMENT ON COLUMN magento.customer_groups.first_seen_at IS 'When the copy saw it first';
COMMENT ON COLUMN magento.customer_groups.changed_at IS 'When the copy was last changed';
COMMENT ON COLUMN magento.customer_groups.deleted_at IS 'Since when the shop has it no more; null while it exists';
COMMENT ON TABLE magento.store_groups IS 'Store groups: between a website and its store views';
COMMENT ON COLUMN magento.store_groups.shop IS 'Short name of the shop the row belongs to';
COMMENT ON COLUMN magento.store_groups.id IS 'Store group id in Magento';
COMMENT ON COLUMN magento.store_groups.website_id IS 'Website';
COMMENT ON COLUMN magento.store_groups.code IS 'Code';
COMMENT ON COLUMN magento.store_groups.name IS 'Name';
COMMENT ON COLUMN magento.store_groups.root_category_id IS 'Root category of the catalog';
COMMENT ON COLUMN magento.store_groups.default_store_id IS 'Default store view';
COMMENT ON COLUMN magento.store_groups.raw IS 'The whole object as the shop sent it';
COMMENT ON COLUMN magento.store_groups.first_seen_at IS 'When the copy saw it first';
COMMENT ON COLUMN magento.store_groups.changed_at IS 'When the copy was last changed';
COMMENT ON COLUMN magento.store_groups.deleted_at IS 'Since when the shop has it no more; null while it exists';
COMMENT ON TABLE magento.store_views IS 'Store views';
COMMENT ON COLUMN magento.store_views.shop IS 'Short name of the shop the row belongs to';
COMMENT ON COLUMN magento.store_views.id IS 'Store view id in Magento';
COMMENT ON COLUMN magento.store_views.website_id IS 'Website';
COMMENT ON COLUMN magento.store_views.store_group_id IS 'Store group';
COMMENT ON COLUMN magento.store_views.code IS 'Code, as used in URLs';
COMMENT ON COLUMN magento.store_views.name IS 'Name';
COMMENT ON COLUMN magento.store_views.is_active IS 'Whether shoppers can use it';
COMMENT ON COLUMN magento.store_views.raw IS 'The whole object as the shop sent it';
COMMENT ON COLUMN magento.store_views.first_seen_at IS 'When the copy saw it first';
COMMENT ON COLUMN magento.store_views.changed_at IS 'When the copy was last changed';
COMMENT ON COLUMN magento.store_views.deleted_at IS 'Since when the shop has it no more; null while it exists';
COMMENT ON TABLE magento.websites IS 'Websites; 0 is the back office';
COMMENT ON COLUMN magento.websites.shop IS 'Short name of the shop the row belongs to';
COMMENT ON COLUMN magento.websites.id IS 'Website id in Magento';
COMMENT ON COLUMN magento.websites.code IS 'Code';
COMMENT ON COLUMN magento.websites.name IS 'Name';
COMMENT ON COLUMN magento.websites.default_group_id IS 'Default store group';
COMMENT ON COLUMN magento.websites.raw IS 'The whole object as the shop sent it';
COMMENT ON COLUMN magento.websites.first_seen_at IS 'When the copy saw it first';
COMMENT ON COLUMN magento.websites.changed_at IS 'When the copy was last changed';
COMMENT ON COLUMN magento.websites.deleted_at IS 'Since when the shop has it no more; null while it exists';
COMMENT ON TABLE sync.credentials IS 'Credentials that shops handed out, encrypted by the worker';
COMMENT ON COLUMN sync.credentials.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.credentials.name IS 'What they are for';
COMMENT ON COLUMN sync.credentials.ciphertext IS 'The encrypted credentials';
COMMENT ON COLUMN sync.credentials.key_id IS 'Which key encrypted them';
COMMENT ON COLUMN sync.credentials.updated_at IS 'When they were last stored';
COMMENT ON TABLE sync.tokens IS 'Access tokens, encrypted by the worker';
COMMENT ON COLUMN sync.tokens.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.tokens.name IS 'Which login';
COMMENT ON COLUMN sync.tokens.ciphertext IS 'The encrypted token';
COMMENT ON COLUMN sync.tokens.key_id IS 'Which key encrypted it';
COMMENT ON COLUMN sync.tokens.obtained_at IS 'When it was issued';
COMMENT ON COLUMN sync.tokens.expires_at IS 'When it expires; null means unknown';
COMMENT ON COLUMN sync.tokens.refused_logins IS 'Logins refused in a row';
COMMENT ON COLUMN sync.tokens.last_refused_at IS 'When the last one was';
COMMENT ON COLUMN sync.tokens.credentials_fingerprint IS 'Digest by which other credentials are noticed';
COMMENT ON COLUMN sync.tokens.updated_at IS 'When it was last stored';
COMMENT ON TABLE sync.capabilities IS 'What was found out about shops';
COMMENT ON COLUMN sync.capabilities.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.capabilities.name IS 'What was probed';
COMMENT ON COLUMN sync.capabilities.value IS 'What was found';
COMMENT ON COLUMN sync.capabilities.probed_at IS 'When';
COMMENT ON TABLE sync.hints IS 'Ids that somebody said have changed: a reason to read them again, never data';
COMMENT ON COLUMN sync.hints.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.hints.entity IS 'Kind of record, such as customers';
COMMENT ON COLUMN sync.hints.id IS 'Id in Magento';
COMMENT ON COLUMN sync.hints.kind IS 'changed or deleted';
COMMENT ON COLUMN sync.hints.source IS 'Who said so';
COMMENT ON COLUMN sync.hints.times IS 'How often since it was last followed';
COMMENT ON COLUMN sync.hints.received_at IS 'When it was last said';
COMMENT ON TABLE sync.quarantine IS 'Ids that Magento itself cannot serve';
COMMENT ON COLUMN sync.quarantine.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.quarantine.entity IS 'Kind of record, such as customers';
COMMENT ON COLUMN sync.quarantine.id IS 'Id in Magento';
COMMENT ON COLUMN sync.quarantine.reason IS 'What happens when it is read';
COMMENT ON COLUMN sync.quarantine.http_status IS 'Status of the answer';
COMMENT ON COLUMN sync.quarantine.report_id IS 'Number of Magento''s own error report (var/report)';
COMMENT ON COLUMN sync.quarantine.run_id IS 'Run that last met it';
COMMENT ON COLUMN sync.quarantine.attempts IS 'Failed attempts';
COMMENT ON COLUMN sync.quarantine.first_failed_at IS 'First failure';
COMMENT ON COLUMN sync.quarantine.last_failed_at IS 'Last failure';
COMMENT ON COLUMN sync.quarantine.next_attempt_at IS 'When it is tried again';
COMMENT ON COLUMN sync.quarantine.resolved_at IS 'Since when it can be read again; null while it cannot';
COMMENT ON TABLE sync.schedules IS 'What runs when';
COMMENT ON COLUMN sync.schedules.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.schedules.name IS 'Name of the schedule';
COMMENT ON COLUMN sync.schedules.job IS 'Job';
COMMENT ON COLUMN sync.schedules.every_ms IS 'Interval in milliseconds';
COMMENT ON COLUMN sync.schedules.pattern IS 'Cron pattern, instead of an interval';
COMMENT ON COLUMN sync.schedules.enabled IS 'Whether it runs';
COMMENT ON COLUMN sync.schedules.data IS 'Payload of the job';
COMMENT ON COLUMN sync.schedules.updated_at IS 'When it was last changed';
COMMENT ON TABLE sync.shops IS 'Which Magento each short name stands for';
COMMENT ON COLUMN sync.shops.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.shops.base_url IS 'Address of the shop';
COMMENT ON COLUMN sync.shops.registered_at IS 'When the name was first used';
