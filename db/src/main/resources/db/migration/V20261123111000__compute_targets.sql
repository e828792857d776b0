-- A cluster of slots becomes one kind of compute target among others: so many nodes, always there, each an equal part of the
-- server's machine. The server fills in what such a part has when it starts.
ALTER TABLE compute.cluster RENAME TO target;
ALTER TABLE compute.target RENAME COLUMN slots TO max_nodes;
ALTER TABLE compute.target RENAME CONSTRAINT cluster_slots_in_range TO target_nodes_in_range;
ALTER TABLE compute.target
    ADD COLUMN kind jsonb,
    ADD COLUMN description text;
UPDATE compute.target SET kind = jsonb_build_object(
    'type', 'cluster',
    'size', jsonb_build_object('name', 'Machine_Share', 'cpus', 1, 'memory_bytes', 2147483648, 'gpus', 0),
    'tier', 'DEDICATED', 'min_nodes', max_nodes, 'max_nodes', max_nodes, 'idle_before_scale_down', 'PT0S');
ALTER TABLE compute.target ALTER COLUMN kind SET NOT NULL;
