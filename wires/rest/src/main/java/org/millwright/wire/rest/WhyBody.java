package org.millwright.wire.rest;

import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Role;
import org.millwright.access.app.AccessQuestions;

/**
 * Whether a principal may do something, and why.
 *
 * @param sentence the answer and what decides it, to a person
 * @param decidedBy the assigned role that decides; absent when none reaches that far, and when the account is disabled
 * @param reasons one for each role that they hold, those that decide first
 * @param help what would allow it, to a person; absent when it is allowed
 * @param helpfulRoles those that would allow it if nothing denies it, the weakest first
 */
@Schema(name = "AccessAnswer")
record WhyBody(
        boolean allowed,
        String sentence,
        PrincipalBody.Reference principal,
        String permission,
        ScopeBody scope,
        @Nullable ReasonBody decidedBy,
        List<ReasonBody> reasons,
        @Nullable String help,
        List<String> helpfulRoles) {
    static WhyBody of(AccessQuestions.Answer answer) {
        return new WhyBody(
                answer.allowed(),
                answer.sentence(),
                PrincipalBody.Reference.of(answer.principal()),
                answer.permission().name(),
                ScopeBody.of(answer.scope(), null),
                answer.deciding() == null ? null : ReasonBody.of(answer.deciding()),
                answer.reasons().stream().map(ReasonBody::of).toList(),
                answer.help().isEmpty() ? null : answer.help(),
                answer.roles().stream().map(Role::name).toList());
    }

    /**
     * What one assigned role has to do with the question.
     *
     * @param bearing allows, denies, excepts (it denies a part), elsewhere (it does not reach that far), or lacks (the permission)
     * @param assignment its id
     * @param group through which it is held; absent when directly
     */
    @Schema(name = "AccessReason")
    record ReasonBody(
            String bearing,
            String sentence,
            String assignment,
            String role,
            String effect,
            ScopeBody scope,
            PrincipalBody.@Nullable Reference group) {
        static ReasonBody of(AccessQuestions.Reason reason) {
            var assignment = reason.held().assignment();
            var grant = assignment.grant();
            var group = reason.held().group();
            return new ReasonBody(
                    reason.bearing().name().toLowerCase(Locale.ROOT),
                    reason.sentence(),
                    assignment.id().toString(),
                    grant.role().name(),
                    grant.effect().name().toLowerCase(Locale.ROOT),
                    ScopeBody.of(grant.scope(), null),
                    group == null ? null : PrincipalBody.Reference.of(group));
        }
    }
}
