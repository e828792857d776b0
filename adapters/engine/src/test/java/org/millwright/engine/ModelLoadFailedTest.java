package org.millwright.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a model's files can be wrong, and the words its owner gets. */
class ModelLoadFailedTest {
    @TempDir
    Path temporary;

    Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("model"));
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(() -> new OnnxEngine().load(folder).close())
                .isInstanceOf(ModelLoadFailed.class)
                .hasMessageContainingAll(words)
                .message()
                .doesNotContain(temporary.toString());
    }

    @Test
    void a_missing_folder() throws IOException {
        Files.delete(folder);
        assertRefused("the model's folder 'model' is missing");
    }

    @Test
    void an_empty_folder() {
        assertRefused("neither an MLmodel nor an .onnx file", "(it is empty)");
    }

    @Test
    void a_folder_of_other_things() throws IOException {
        Files.writeString(folder.resolve("readme.txt"), "hello");
        assertRefused("neither an MLmodel nor an .onnx file", "(it has: readme.txt)");
    }

    @Test
    void several_files_to_choose_from() throws IOException {
        Files.copy(Models.file("iris.onnx"), folder.resolve("a.onnx"));
        Files.copy(Models.file("iris.onnx"), folder.resolve("b.onnx"));
        assertRefused("several .onnx files", "a.onnx, b.onnx");
    }

    @ParameterizedTest(name = "MLmodel \"{0}\": {1}")
    @CsvSource(delimiter = '|', textBlock = """
            {flavors: {onnx: {data: gone.onnx}}}             | the file 'gone.onnx' that MLmodel names is missing
            {flavors: {onnx: {data: ../../secret.onnx}}}     | outside of the model
            {flavors: {onnx: {}}}                            | does not say where its ONNX file is
            {flavors: {sklearn: {}, python_function: {}}}    | no 'onnx' flavor (it has: python_function, sklearn)
            {flavors: []}                                    | names no flavors
            {run_id: abc}                                    | names no flavors
            [1, 2]                                           | names no flavors
            '{flavors: '                                     | MLmodel is not YAML
            """)
    void a_description_that_leads_nowhere(String description, String words) throws IOException {
        Files.writeString(folder.resolve("MLmodel"), description);
        assertRefused(words);
    }

    @ParameterizedTest(name = "a file that starts with {0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            ''                     | the file is empty
            PK__rest of a zip      | it looks like a zip archive
            {"weights": [1]}       | it looks like JSON
            version https://git-lfs| it looks like a Git LFS pointer
            hello, world           | not an ONNX model
            """)
    void a_file_of_another_kind(String content, String words) throws IOException {
        Files.writeString(folder.resolve("model.onnx"), content);
        assertRefused("not an ONNX model", words);
    }

    @Test
    void a_pickle_by_the_wrong_name() throws IOException {
        Files.write(folder.resolve("model.onnx"), "\u0080\u0004\u0095rest".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused("not an ONNX model: it looks like a Python pickle");
    }

    @ParameterizedTest(name = "cut to {0} per cent")
    @ValueSource(ints = {5, 20, 50, 80, 99})
    void an_upload_that_was_cut_short(int percent) throws IOException {
        var whole = Files.readAllBytes(Models.file("iris.onnx"));
        Files.write(folder.resolve("model.onnx"), Arrays.copyOf(whole, whole.length * percent / 100));
        assertRefused("not an ONNX model", "cut short");
    }

    @Test
    void weights_in_a_file_that_was_not_sent_along() throws IOException {
        Files.copy(Models.file("external.onnx"), folder.resolve("external.onnx"));
        assertRefused("data that the model keeps in a file of its own is missing", "weights-beside-the-model.bin");
    }
}
