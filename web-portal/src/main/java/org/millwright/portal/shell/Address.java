package org.millwright.portal.shell;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Named;
import java.util.List;
import java.util.Map;
import org.millwright.wire.http.Public;

/** The address of the page that is shown. Forms send it along as hidden fields, so it is the same after a click. */
@Named
@RequestScoped
@Public("it repeats what the browser sent")
public class Address {
    private Query query = new Query(Map.of());

    @PostConstruct
    void read() {
        query = Query.of(FacesContext.getCurrentInstance().getExternalContext().getRequestParameterMap());
    }

    /** The text of a parameter; empty when there is none. */
    public String text(String name) {
        return query.text(name);
    }

    /** A link to this page with one parameter changed; an empty value takes it out. */
    public String with(String name, String value) {
        return query.with(name, value).toString();
    }

    /** A link to this page with one parameter changed, from the start of its list. */
    public String filteredBy(String name, String value) {
        return query.with("after", "").with(name, value).toString();
    }

    /** What a form on the page says beside the address, such as which row is meant; empty when it says nothing. */
    public String field(String name) {
        return FacesContext.getCurrentInstance()
                .getExternalContext()
                .getRequestParameterMap()
                .getOrDefault("do:" + name, "");
    }

    /** All values of what a form says several times, such as boxes that were ticked. */
    public List<String> fields(String name) {
        var values = FacesContext.getCurrentInstance()
                .getExternalContext()
                .getRequestParameterValuesMap()
                .get("do:" + name);
        return values == null ? List.of() : List.of(values);
    }

    public Query getQuery() {
        return query;
    }
}
