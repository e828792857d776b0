-- A role that somebody holds in one workspace ends with it; everything else keeps the workspace from being deleted.
ALTER TABLE access.role_assignment
    DROP CONSTRAINT role_assignment_workspace_fkey,
    ADD CONSTRAINT role_assignment_workspace_fkey
        FOREIGN KEY (workspace) REFERENCES workspace.workspace (name) ON DELETE CASCADE;
