-- Indexes that give a search its rows and their order together, so that a page of 100 reads about 100 of them.

-- A run stays in its experiment, so the summary may say it, too.
ALTER TABLE experiment.metric_summary ADD COLUMN experiment bigint;
UPDATE experiment.metric_summary s SET experiment = r.experiment FROM experiment.run r WHERE r.key = s.run;
ALTER TABLE experiment.metric_summary ALTER COLUMN experiment SET NOT NULL;
-- NaNs lie apart, because no comparison matches them. The last value changes with each point, so updates write here, too:
-- 6 microseconds for a metric of a batch.
CREATE INDEX metric_summary_by_value_idx ON experiment.metric_summary (experiment, key, last_nan, last_value);
DROP INDEX experiment.metric_summary_by_key_idx;

CREATE INDEX experiment_deleted_idx ON experiment.experiment (workspace, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX experiment_changed_idx ON experiment.experiment (workspace, updated_at DESC, id);
CREATE INDEX experiment_by_tag_idx ON experiment.experiment USING gin (tags jsonb_path_ops);

-- Names and values may be longer than an index takes.
CREATE INDEX run_by_name_idx ON experiment.run (experiment, left(name, 64));
CREATE INDEX run_parameter_by_value_idx ON experiment.run_parameter (name, left(value, 64));
CREATE INDEX run_tag_by_value_idx ON experiment.run_tag (name, left(value, 64));
CREATE INDEX run_dataset_by_name_idx ON experiment.run_dataset (name);
CREATE INDEX run_dataset_by_digest_idx ON experiment.run_dataset (digest);

CREATE INDEX registered_model_changed_idx ON registry.registered_model (workspace, updated_at DESC, name);
CREATE INDEX registered_model_by_tag_idx ON registry.registered_model USING gin (tags jsonb_path_ops);
CREATE INDEX model_version_of_stage_idx ON registry.model_version (workspace, model, stage, version DESC);
CREATE INDEX model_version_changed_idx ON registry.model_version (workspace, updated_at DESC, model, version DESC);
CREATE INDEX model_version_by_source_idx ON registry.model_version (workspace, left(source, 500));
CREATE INDEX model_version_by_tag_idx ON registry.model_version USING gin (tags jsonb_path_ops);
