package org.millwright.portal.access;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Set;
import org.millwright.access.Permission;
import org.millwright.portal.shell.Choice;

/**
 * Permissions about one area of the studio, as roles show them.
 *
 * @param items in the order in which they are declared
 */
public record PermissionGroup(String title, List<Item> items) {

    /** One permission. @param words as in "may ..." */
    public record Item(String name, String words, boolean permitted) {}

    private enum Area {
        WORKSPACE("Workspaces"),
        EXPERIMENTS("Experiments and jobs"),
        MODELS("Models"),
        ENDPOINTS("Endpoints"),
        COMPUTE("Compute"),
        AUTOMATION("Schedules and webhooks"),
        SECRETS("Secrets and tokens"),
        ACCESS("Access");

        private final String title;

        Area(String title) {
            this.title = title;
        }
    }

    /** All permissions there are, and whether these are among them. */
    static List<PermissionGroup> of(Set<Permission> permitted) {
        var areas = new EnumMap<Area, List<Item>>(Area.class);
        for (var permission : Permission.values()) {
            areas.computeIfAbsent(area(permission), _ -> new ArrayList<>())
                    .add(new Item(permission.name(), permission.inWords(), permitted.contains(permission)));
        }
        return areas.entrySet().stream()
                .map(area -> new PermissionGroup(area.getKey().title, List.copyOf(area.getValue())))
                .toList();
    }

    /** Exhaustive, so that a new permission is put somewhere. */
    private static Area area(Permission permission) {
        return switch (permission) {
            case WORKSPACE_READ, WORKSPACE_IMPORT, WORKSPACE_WRITE, WORKSPACES_MANAGE, PURGE -> Area.WORKSPACE;
            case EXPERIMENT_READ, EXPERIMENT_WRITE, JOB_SUBMIT, JOB_CANCEL -> Area.EXPERIMENTS;
            case MODEL_READ, MODEL_WRITE, MODEL_APPROVE, MODEL_POLICY -> Area.MODELS;
            case ENDPOINT_READ, ENDPOINT_WRITE, ENDPOINT_KEYS -> Area.ENDPOINTS;
            case COMPUTE_READ, COMPUTE_WRITE -> Area.COMPUTE;
            case SCHEDULE_READ, SCHEDULE_WRITE, WEBHOOK_READ, WEBHOOK_WRITE -> Area.AUTOMATION;
            case SECRET_READ, SECRET_WRITE, SECRET_USE, OWN_CREDENTIALS -> Area.SECRETS;
            case ACCESS_READ, ACCESS_MANAGE, AUDIT_READ -> Area.ACCESS;
        };
    }

    /** To choose one of them from. */
    public List<Choice> choices() {
        return items.stream().map(item -> new Choice(item.name(), item.words())).toList();
    }

    /** Those of the group that are permitted. */
    public List<Item> permitted() {
        return items.stream().filter(Item::permitted).toList();
    }
}
