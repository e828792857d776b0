package org.millwright.wire.description;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The Javadoc of our own sources, which class files do not keep. */
final class SourceComments {
    /** A comment in Markdown. @param summary its first sentence @param parameters by the names they have in Java */
    record Comment(String summary, String rest, Map<String, String> parameters) {
        static final Comment NONE = new Comment("", "", Map.of());

        String whole() {
            return rest.isEmpty() ? summary : summary + "\n\n" + rest;
        }
    }

    private final List<Path> roots;
    private final Map<Path, Map<String, Comment>> read = new HashMap<>();

    /** @param roots folders in which packages lie */
    SourceComments(List<Path> roots) {
        this.roots = roots;
    }

    Comment of(Class<?> type) {
        return find(type, type.getCanonicalName());
    }

    /** Resource methods have names of their own; an overloaded one has the comment of its last form. */
    Comment ofMethod(Class<?> type, String method) {
        return find(type, type.getCanonicalName() + "#" + method);
    }

    private Comment find(Class<?> type, @Nullable String key) {
        var top = type;
        while (top.getEnclosingClass() != null) {
            top = top.getEnclosingClass();
        }
        var file = Path.of(top.getName().replace('.', '/') + ".java");
        for (var root : roots) {
            var source = root.resolve(file);
            if (Files.exists(source)) {
                return read.computeIfAbsent(source, SourceComments::parse).getOrDefault(key, Comment.NONE);
            }
        }
        return Comment.NONE;
    }

    private static Map<String, Comment> parse(Path source) {
        var found = new HashMap<String, Comment>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var task = (JavacTask)
                    compiler.getTask(null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(source));
            var trees = DocTrees.instance(task);
            for (var unit : task.parse()) {
                new Scanner(String.valueOf(unit.getPackageName()), trees, found).scan(unit, null);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return found;
    }

    private static final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final DocTrees trees;
        private final Map<String, Comment> found;
        private String type;

        Scanner(String packageName, DocTrees trees, Map<String, Comment> found) {
            this.type = packageName;
            this.trees = trees;
            this.found = found;
        }

        @Override
        public @Nullable Void visitClass(ClassTree tree, @Nullable Void nothing) {
            var outer = type;
            type = outer + "." + tree.getSimpleName();
            keep(type);
            super.visitClass(tree, nothing);
            type = outer;
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree tree, @Nullable Void nothing) {
            keep(type + "#" + tree.getName());
            return null;
        }

        private void keep(String key) {
            var comment = trees.getDocCommentTree(getCurrentPath());
            if (comment != null) {
                found.put(key, comment(comment));
            }
        }

        private static Comment comment(DocCommentTree tree) {
            var parameters = new LinkedHashMap<String, String>();
            for (var tag : tree.getBlockTags()) {
                if (tag instanceof ParamTree parameter) {
                    parameters.put(parameter.getName().toString(), markdown(parameter.getDescription()));
                }
            }
            return new Comment(markdown(tree.getFirstSentence()), markdown(tree.getBody()), parameters);
        }

        private static String markdown(List<? extends DocTree> parts) {
            var text = new StringBuilder();
            for (var part : parts) {
                text.append(
                        switch (part) {
                            case TextTree plain -> plain.getBody();
                            case LiteralTree code -> "`" + code.getBody().getBody() + "`";
                            case LinkTree link -> label(link);
                            // A paragraph; it must outlive the joining of lines below.
                            case StartElementTree _ -> "\0";
                            default -> part.toString();
                        });
            }
            return text.toString()
                    .replaceAll("\\s+", " ")
                    .replaceAll(" ?\0 ?", "\n\n")
                    .strip();
        }

        private static String label(LinkTree link) {
            var label = markdown(link.getLabel());
            return label.isEmpty() ? link.getReference().getSignature() : label;
        }
    }
}
