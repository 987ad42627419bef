CREATE SCHEMA "magento";
--> statement-breakpoint
CREATE SCHEMA IF NOT EXISTS "sync";
--> statement-breakpoint
CREATE SEQUENCE "sync"."fences" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "sync"."changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sync"."changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"shop" text NOT NULL,
	"entity" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"operation" text NOT NULL,
	"cause" text NOT NULL,
	"run_id" bigint,
	"observed_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_fields" text[] NOT NULL,
	"old_values" jsonb,
	"new_values" jsonb
);
--> statement-breakpoint
CREATE TABLE "sync"."outbox" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sync"."outbox_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"shop" text NOT NULL,
	"entity" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"operation" text NOT NULL,
	"cause" text NOT NULL,
	"run_id" bigint,
	"change_id" bigint,
	"changed_fields" text[] NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sync"."outbox_consumers" (
	"shop" text NOT NULL,
	"consumer" text NOT NULL,
	"position" bigint NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outbox_consumers_pkey" PRIMARY KEY("shop","consumer")
);
--> statement-breakpoint
CREATE TABLE "sync"."outbox_horizons" (
	"shop" text PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"pruned_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "magento"."customer_addresses" (
	"shop" text NOT NULL,
	"id" bigint NOT NULL,
	"customer_id" bigint NOT NULL,
	"prefix" text,
	"firstname" text,
	"middlename" text,
	"lastname" text,
	"suffix" text,
	"company" text,
	"street" text[] NOT NULL,
	"city" text,
	"postcode" text,
	"country_id" text,
	"region_id" bigint,
	"region_code" text,
	"region" text,
	"telephone" text,
	"fax" text,
	"vat_id" text,
	"default_billing" boolean NOT NULL,
	"default_shipping" boolean NOT NULL,
	"custom_attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"extension_attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "customer_addresses_pkey" PRIMARY KEY("shop","id")
);
--> statement-breakpoint
CREATE TABLE "magento"."customers" (
	"shop" text NOT NULL,
	"id" bigint NOT NULL,
	"email" text,
	"group_id" bigint,
	"website_id" integer,
	"store_id" integer,
	"created_in" text,
	"prefix" text,
	"firstname" text,
	"middlename" text,
	"lastname" text,
	"suffix" text,
	"dob" date,
	"gender" integer,
	"taxvat" text,
	"confirmation" text,
	"default_billing" bigint,
	"default_shipping" bigint,
	"disable_auto_group_change" boolean,
	"is_subscribed" boolean,
	"custom_attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"extension_attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"raw" jsonb,
	"content_hash" text,
	"source_created_at" timestamp (3) with time zone,
	"source_updated_at" timestamp (3) with time zone,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"last_verified_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone,
	"erased_at" timestamp (3) with time zone,
	CONSTRAINT "customers_pkey" PRIMARY KEY("shop","id")
);
--> statement-breakpoint
CREATE TABLE "sync"."checkpoints" (
	"shop" text NOT NULL,
	"entity" text NOT NULL,
	"kind" text NOT NULL,
	"range" text NOT NULL,
	"after_updated_at" timestamp (3) with time zone,
	"after_id" bigint NOT NULL,
	"up_to_id" bigint,
	"watermark" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"completed_at" timestamp (3) with time zone,
	"fence" bigint NOT NULL,
	"claimed_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "checkpoints_pkey" PRIMARY KEY("shop","entity","kind","range")
);
--> statement-breakpoint
CREATE TABLE "sync"."runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sync"."runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"shop" text NOT NULL,
	"entity" text NOT NULL,
	"kind" text NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"reason" text,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"pages" integer DEFAULT 0 NOT NULL,
	"rows_read" bigint DEFAULT 0 NOT NULL,
	"inserted" bigint DEFAULT 0 NOT NULL,
	"updated" bigint DEFAULT 0 NOT NULL,
	"unchanged" bigint DEFAULT 0 NOT NULL,
	"stale" bigint DEFAULT 0 NOT NULL,
	"replaced" bigint DEFAULT 0 NOT NULL,
	"revived" bigint DEFAULT 0 NOT NULL,
	"tombstoned" bigint DEFAULT 0 NOT NULL,
	"erased" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "magento"."attribute_options" (
	"shop" text NOT NULL,
	"entity_type" text NOT NULL,
	"attribute_code" text NOT NULL,
	"value" text NOT NULL,
	"label" text,
	"position" integer NOT NULL,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "attribute_options_pkey" PRIMARY KEY("shop","entity_type","attribute_code","value")
);
--> statement-breakpoint
CREATE TABLE "magento"."attributes" (
	"shop" text NOT NULL,
	"entity_type" text NOT NULL,
	"attribute_code" text NOT NULL,
	"frontend_input" text,
	"frontend_label" text,
	"store_label" text,
	"backend_type" text,
	"required" boolean,
	"visible" boolean,
	"user_defined" boolean,
	"system" boolean,
	"sort_order" integer,
	"multiline_count" integer,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "attributes_pkey" PRIMARY KEY("shop","entity_type","attribute_code")
);
--> statement-breakpoint
CREATE TABLE "magento"."customer_groups" (
	"shop" text NOT NULL,
	"id" bigint NOT NULL,
	"code" text,
	"tax_class_id" bigint,
	"tax_class_name" text,
	"excluded_website_ids" integer[] NOT NULL,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "customer_groups_pkey" PRIMARY KEY("shop","id")
);
--> statement-breakpoint
CREATE TABLE "magento"."store_groups" (
	"shop" text NOT NULL,
	"id" integer NOT NULL,
	"website_id" integer,
	"code" text,
	"name" text,
	"root_category_id" bigint,
	"default_store_id" integer,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "store_groups_pkey" PRIMARY KEY("shop","id")
);
--> statement-breakpoint
CREATE TABLE "magento"."store_views" (
	"shop" text NOT NULL,
	"id" integer NOT NULL,
	"website_id" integer,
	"store_group_id" integer,
	"code" text,
	"name" text,
	"is_active" boolean,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "store_views_pkey" PRIMARY KEY("shop","id")
);
--> statement-breakpoint
CREATE TABLE "magento"."websites" (
	"shop" text NOT NULL,
	"id" integer NOT NULL,
	"code" text,
	"name" text,
	"default_group_id" integer,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "websites_pkey" PRIMARY KEY("shop","id")
);
--> statement-breakpoint
CREATE TABLE "sync"."credentials" (
	"shop" text NOT NULL,
	"name" text NOT NULL,
	"ciphertext" text NOT NULL,
	"key_id" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "credentials_pkey" PRIMARY KEY("shop","name")
);
--> statement-breakpoint
CREATE TABLE "sync"."tokens" (
	"shop" text NOT NULL,
	"name" text NOT NULL,
	"ciphertext" text,
	"key_id" text,
	"obtained_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"refused_logins" integer DEFAULT 0 NOT NULL,
	"last_refused_at" timestamp (3) with time zone,
	"credentials_fingerprint" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tokens_pkey" PRIMARY KEY("shop","name")
);
--> statement-breakpoint
CREATE TABLE "sync"."capabilities" (
	"shop" text NOT NULL,
	"name" text NOT NULL,
	"value" jsonb NOT NULL,
	"probed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "capabilities_pkey" PRIMARY KEY("shop","name")
);
--> statement-breakpoint
CREATE TABLE "sync"."hints" (
	"shop" text NOT NULL,
	"entity" text NOT NULL,
	"id" bigint NOT NULL,
	"kind" text NOT NULL,
	"source" text,
	"times" integer DEFAULT 1 NOT NULL,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "hints_pkey" PRIMARY KEY("shop","entity","id")
);
--> statement-breakpoint
CREATE TABLE "sync"."quarantine" (
	"shop" text NOT NULL,
	"entity" text NOT NULL,
	"id" bigint NOT NULL,
	"reason" text NOT NULL,
	"http_status" integer,
	"report_id" text,
	"run_id" bigint,
	"attempts" integer DEFAULT 1 NOT NULL,
	"first_failed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_failed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"next_attempt_at" timestamp (3) with time zone NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	CONSTRAINT "quarantine_pkey" PRIMARY KEY("shop","entity","id")
);
--> statement-breakpoint
CREATE TABLE "sync"."schedules" (
	"shop" text NOT NULL,
	"name" text NOT NULL,
	"job" text NOT NULL,
	"every_ms" bigint,
	"pattern" text,
	"enabled" boolean DEFAULT true NOT NULL,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "schedules_pkey" PRIMARY KEY("shop","name")
);
--> statement-breakpoint
CREATE TABLE "sync"."shops" (
	"shop" text PRIMARY KEY NOT NULL,
	"base_url" text NOT NULL,
	"registered_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "changes_entity_idx" ON "sync"."changes" USING btree ("shop","entity","entity_id","id");--> statement-breakpoint
CREATE INDEX "changes_recorded_at_idx" ON "sync"."changes" USING brin ("recorded_at");--> statement-breakpoint
CREATE INDEX "outbox_shop_idx" ON "sync"."outbox" USING btree ("shop","position");--> statement-breakpoint
CREATE INDEX "outbox_recorded_at_idx" ON "sync"."outbox" USING brin ("recorded_at");--> statement-breakpoint
CREATE INDEX "customer_addresses_customer_idx" ON "magento"."customer_addresses" USING btree ("shop","customer_id");--> statement-breakpoint
CREATE INDEX "customers_email_idx" ON "magento"."customers" USING btree ("shop",lower("email"));--> statement-breakpoint
CREATE INDEX "customers_source_updated_at_idx" ON "magento"."customers" USING btree ("shop","source_updated_at","id");--> statement-breakpoint
CREATE INDEX "customers_deleted_at_idx" ON "magento"."customers" USING btree ("shop","deleted_at") WHERE "magento"."customers"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "runs_recent_idx" ON "sync"."runs" USING btree ("shop","started_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "runs_running_idx" ON "sync"."runs" USING btree ("status","heartbeat_at");--> statement-breakpoint
CREATE INDEX "hints_received_at_idx" ON "sync"."hints" USING btree ("shop","entity","received_at");--> statement-breakpoint
CREATE INDEX "quarantine_due_idx" ON "sync"."quarantine" USING btree ("shop","entity","next_attempt_at");