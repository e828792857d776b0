package org.millwright.portal.shell;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.faces.application.FacesMessage;
import jakarta.faces.context.FacesContext;
import java.util.function.Supplier;
import org.millwright.access.AuditTrace;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Public;

/** Tells the reader how what they asked for went. */
@ApplicationScoped
@Public("it reads nothing")
public class Notices {

    /** Does it, and says so; or says why not. @return whether it was done */
    public boolean attempt(Runnable action, String done) {
        return attempt(() -> {
            action.run();
            return done;
        });
    }

    /** Does it, and says what it answers; or says why not. @return whether it was done */
    public boolean attempt(Supplier<String> action) {
        try {
            say(FacesMessage.SEVERITY_INFO, action.get());
            return true;
        } catch (Refused refused) {
            AuditTrace.stopped(refused.problem());
            refuse(refused.problem().sentence());
            return false;
        }
    }

    public void say(String sentence) {
        say(FacesMessage.SEVERITY_INFO, sentence);
    }

    public void refuse(String why) {
        say(FacesMessage.SEVERITY_ERROR, why);
    }

    private static void say(FacesMessage.Severity severity, String sentence) {
        FacesContext.getCurrentInstance().addMessage(null, new FacesMessage(severity, sentence, null));
    }
}
