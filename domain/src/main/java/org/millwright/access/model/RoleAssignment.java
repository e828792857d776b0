package org.millwright.access.model;

import java.time.Instant;
import org.millwright.access.AssignmentId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;

/** A role given to a principal, or denied to them, somewhere. It is made and removed, never changed. */
public record RoleAssignment(AssignmentId id, PrincipalId principal, Grant grant, Instant createdAt, PrincipalId by) {}
