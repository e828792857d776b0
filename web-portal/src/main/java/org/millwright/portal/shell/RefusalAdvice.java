package org.millwright.portal.shell;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.millwright.access.AuditTrace;
import org.millwright.access.app.RoleGivers;
import org.millwright.access.model.AccessContact;
import org.millwright.access.model.Principal;

/** What somebody can do about a page that was refused to them: see why, and ask those who can give the role. */
@RequestScoped
public class RefusalAdvice {
    private final RoleGivers givers;
    private final AccessContact contact;

    @Inject
    public RefusalAdvice(RoleGivers givers, AccessContact contact) {
        this.givers = givers;
        this.contact = contact;
    }

    @SuppressWarnings("NullAway")
    protected RefusalAdvice() {
        this(null, null);
    }

    /**
     * For the error page.
     *
     * @param why where it is said which role decides
     * @param whom whom to ask, as a sentence
     */
    record Advice(String why, String whom) {}

    /** Empty when it was not for want of a permission. */
    Optional<Advice> get() {
        return AuditTrace.current()
                .flatMap(AuditTrace::lack)
                .map(lack -> new Advice(
                        Links.why("", lack.permission(), lack.scope()),
                        sentence(contact.words(), givers.of(lack.permission(), lack.scope()))));
    }

    /** @param words whom the operator wants people to ask; empty for nobody in particular */
    static String sentence(String words, List<Principal> givers) {
        if (!words.isEmpty()) {
            return "For a role, ask %s.".formatted(words);
        }
        if (givers.isEmpty()) {
            return "An owner of the server can give you a role.";
        }
        var names = givers.stream().map(RefusalAdvice::name).toList();
        var last = names.getLast();
        return (names.size() == 1 ? last : String.join(", ", names.subList(0, names.size() - 1)) + " or " + last)
                + " can give you a role.";
    }

    private static String name(Principal giver) {
        return giver.email() == null ? giver.name() : "%s (%s)".formatted(giver.name(), giver.email());
    }
}
