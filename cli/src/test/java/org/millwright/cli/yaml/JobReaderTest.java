package org.millwright.cli.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.yaml.JobDefinition.Input;

class JobReaderTest {
    @TempDir
    Path folder;

    private final Problems problems = new Problems();

    @BeforeEach
    void a_folder_with_a_script() throws IOException {
        Files.createDirectory(folder.resolve("src"));
        Files.writeString(folder.resolve("src/train.py"), "print('hello')");
        Files.writeString(folder.resolve("rows.csv"), "1,2");
    }

    @Test
    void secrets_are_asked_for_by_their_names_or_with_a_variable_each() throws IOException {
        assertThat(read("command: 'true'\nsecrets: [TOKEN, PASSWORD]").secrets())
                .containsExactly(java.util.Map.entry("TOKEN", "TOKEN"), java.util.Map.entry("PASSWORD", "PASSWORD"));
        assertThat(read("command: 'true'\nsecrets: {PASSWORD: PGPASSWORD}").secrets())
                .containsExactly(java.util.Map.entry("PASSWORD", "PGPASSWORD"));
    }

    @Test
    void a_full_job_is_read_as_written() throws IOException {
        var job = read("""
                $schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
                type: command
                name: first
                display_name: First job
                description: Trains.
                experiment_name: churn
                code: src
                command: >-
                  python train.py --rate ${{inputs.rate}} --data ${{inputs.data}} --out ${{outputs.model}}
                inputs:
                  rate: 0.10
                  flag: true
                  data: {type: uri_file, path: rows.csv}
                  more: {type: uri_folder, path: src}
                outputs:
                  model: {type: uri_folder}
                  report:
                environment:
                  packages: [scikit-learn==1.7.2]
                  python: "3.11"
                environment_variables: {LEVEL: debug}
                compute: azureml:local
                limits: {timeout: 3600}
                tags: {team: sales, year: 2026}
                """);
        assertThat(job.name()).isEqualTo("first");
        assertThat(job.displayName()).isEqualTo("First job");
        assertThat(job.experimentName()).isEqualTo("churn");
        assertThat(job.code()).isEqualTo(folder.resolve("src"));
        assertThat(job.command())
                .isEqualTo("python train.py --rate ${{inputs.rate}} --data ${{inputs.data}} --out ${{outputs.model}}");
        assertThat(job.inputs())
                .containsEntry("rate", new Input.Literal("0.10"))
                .containsEntry("flag", new Input.Literal("true"))
                .containsEntry("data", new Input.Files(folder.resolve("rows.csv")))
                .containsEntry("more", new Input.Files(folder.resolve("src")));
        assertThat(job.outputs()).containsExactly("model", "report");
        assertThat(job.environment()).isEqualTo(new PythonPackages("3.11", List.of("scikit-learn==1.7.2"), null, null));
        assertThat(job.environmentVariables()).containsEntry("LEVEL", "debug");
        assertThat(job.compute()).isEqualTo("local");
        assertThat(job.timeoutSeconds()).isEqualTo(3600);
        assertThat(job.tags()).containsEntry("team", "sales").containsEntry("year", "2026");
    }

    @Test
    void a_job_needs_no_more_than_a_command_and_is_named_after_its_folder() throws IOException {
        var job = read("command: echo hello");
        assertThat(job.experimentName()).isEqualTo(folder.getFileName().toString());
        assertThat(job.compute()).isEqualTo("local");
        assertThat(job.code()).isNull();
        assertThat(job.environment()).isEqualTo(PythonPackages.NONE);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # line 1 is "command: echo hi", lines 2 and later  | what is said
            comand: python x.py                         | job.yml:2:1: unknown key 'comand'; did you mean 'command'?
            flavour: sweet                              | job.yml:2:1: unknown key 'flavour'
            command: echo again                         | job.yml:2:1: 'command' stands here again; it is in line 1 already
            type: pipeline                              | job.yml:2:7: jobs of type 'pipeline' are not supported; 'command' and 'spark' are
            name: a b                                   | job.yml:2:7: 'a b' is not a job name: letters, digits, '-' and '_', at most 255
            resources: {instance_type: D2}              | job.yml:2:13: 'instance_type' is not supported: the compute target says what its nodes are; write cpus, memory and gpus
            code: nowhere                               | job.yml:2:7: there is no code folder nowhere
            code: azureml:code:1                        | job.yml:2:7: 'azureml:code:1' is not on this machine; 'code' is a local folder or file
            inputs: {rate: [1]}                         | job.yml:2:16: input 'rate' must be a value, or {type: uri_folder, path: FOLDER}, not a list
            inputs: {rate: }                            | job.yml:2:15: input 'rate' has no value
            inputs: {1a: 2}                             | job.yml:2:10: '1a' is not a name: letters, digits and '_', not starting with a digit
            inputs: {d: {type: uri_file, path: no.csv}} | job.yml:2:36: there is no file no.csv
            inputs: {d: {type: uri_file, path: src}}    | job.yml:2:36: src is a folder; write type: uri_folder
            inputs: {d: {path: rows.csv}}               | job.yml:2:20: rows.csv is a file; write type: uri_file
            inputs: {d: {type: mltable, path: src}}     | job.yml:2:20: inputs of type 'mltable' are not supported; uri_file and uri_folder are
            inputs: {d: {pth: src}}                     | job.yml:2:14: unknown key 'pth'; did you mean 'path'?
            outputs: {m: {type: mlflow_model}}          | job.yml:2:21: outputs of type 'mlflow_model' are not supported; uri_folder is
            outputs: [m]                                | job.yml:2:10: 'outputs' must be a mapping, not a list
            limits: {timeout: soon}                     | job.yml:2:19: 'timeout' must be a whole number from 1 to 2678400, not 'soon'
            tags: {a: [1]}                              | job.yml:2:11: 'tags.a' must be a single value, not a list
            environment: azureml:sklearn:1:2            | job.yml:2:14: 'azureml:sklearn:1:2' is not the name of an environment, such as azureml:sklearn:1 or azureml:sklearn@latest
            environment: {conda_file: no.yml}           | job.yml:2:27: conda_file: there is no file no.yml
            environment: {packages: [-r x.txt]}         | job.yml:2:26: '-r x.txt' is an option of pip; only packages are taken
            environment: {packages: [./my.whl]}         | job.yml:2:26: './my.whl' is a file of this machine, which the pool does not see
            environment: {python: two}                  | job.yml:2:23: 'two' is not a Python version such as 3.11
            tags: {a: b                                 | job.yml:3:1: this is not YAML: expected ',' or '}', but got <stream end> while parsing a flow mapping
            """)
    void a_wrong_line_is_named_with_its_place(String line, String said) throws IOException {
        assertThatThrownBy(() -> read("command: echo hi\n" + line + "\n"))
                .isInstanceOfSatisfying(CommandFailed.class, refused -> {
                    assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
                    assertThat(refused.sentence().replace(folder + "/", "")).isEqualTo(said);
                });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            python trian.py                      | the command runs 'trian.py', which is not in the code folder src; did you mean 'train.py'?
            A=1 python3.11 -u ./other.py --x     | the command runs 'other.py', which is not in the code folder src
            bash run.sh && python train.py       | the command runs 'run.sh', which is not in the code folder src
            ./run.sh                             | the command runs 'run.sh', which is not in the code folder src
            python train.py ${{inputs.rate}}     | the command uses ${{inputs.rate}}, which is not declared
            """)
    void a_script_that_is_not_there_is_refused_before_anything_is_sent(String command, String said) {
        assertThatThrownBy(() -> read("code: src\ncommand: " + command + "\n"))
                .isInstanceOfSatisfying(CommandFailed.class, refused -> assertThat(
                                refused.sentence().replace(folder + "/", ""))
                        .isEqualTo("job.yml:2:10: " + said));
    }

    @ParameterizedTest
    @CsvSource({
        "python train.py",
        "python -X dev -u train.py --rate 1",
        "python -m train",
        "python -c 'print(1)'",
        "cd sub && python other.py",
        "make data; python made.py",
        "python $SCRIPT",
        "/opt/tool x.py",
    })
    void only_what_is_certain_is_judged(String command) throws IOException {
        assertThat(read("code: src\ncommand: " + command + "\n").command()).isEqualTo(command);
    }

    @Test
    void a_script_that_stays_at_home_is_refused() throws IOException {
        Files.writeString(folder.resolve("src/.amlignore"), "*.py\n");
        assertThatThrownBy(() -> read("code: src\ncommand: python train.py"))
                .hasMessageEndingWith("job.yml:2:10: the command runs 'train.py', which .amlignore leaves out");
    }

    @Test
    void a_script_without_code_is_refused() {
        assertThatThrownBy(() -> read("command: python train.py"))
                .hasMessageContaining("the command runs 'train.py', but the job has no 'code'");
    }

    @Test
    void everything_that_is_wrong_is_told_at_once_from_top_to_bottom() {
        assertThatThrownBy(() -> read("""
                        comand: python x.py
                        code: nowhere
                        flavour: sweet
                        """)).isInstanceOfSatisfying(CommandFailed.class, refused -> {
            assertThat(refused.sentence()).isEqualTo("3 things are wrong; nothing was sent");
            assertThat(refused.advice().replace(folder + "/", "")).isEqualTo("""
                            job.yml:1:1: unknown key 'comand'; did you mean 'command'?
                            job.yml:2:7: there is no code folder nowhere
                            job.yml:3:1: unknown key 'flavour'""");
        });
    }

    @Test
    void of_a_conda_file_the_pip_part_and_what_pypi_has_is_taken() throws IOException {
        Files.writeString(folder.resolve("conda.yml"), """
                name: mine
                channels: [conda-forge]
                dependencies:
                  - python=3.11
                  - pip=24
                  - numpy=1.26
                  - pandas==2.3.3
                  - conda-forge::pytorch >=2.1, <3
                  - pip:
                      - mlflow==3.17.2
                """);
        var job = read("command: echo\nenvironment: {conda_file: conda.yml, image: ubuntu}");
        assertThat(job.environment())
                .isEqualTo(new PythonPackages(
                        "3.11",
                        List.of("numpy==1.26.*", "pandas==2.3.3", "torch>=2.1,<3", "mlflow==3.17.2"),
                        "ubuntu",
                        null));
        assertThat(problems.remarks())
                .singleElement()
                .asString()
                .endsWith("only compute targets that run containers use the image; the local pool does not");
    }

    @Test
    void a_registered_environment_is_named_in_place_of_its_packages() throws IOException {
        for (var written : List.of("azureml:sklearn:1", "sklearn:1")) {
            assertThat(read("command: echo\nenvironment: " + written)
                            .environment()
                            .name())
                    .isEqualTo("sklearn:1");
        }
        assertThat(read("command: echo\nenvironment: azureml:sklearn@latest").environment())
                .isEqualTo(new PythonPackages(null, List.of(), null, "sklearn@latest"));
    }

    @Test
    void an_environment_of_its_own_file_has_a_name_and_perhaps_a_version() throws IOException {
        var file = Files.writeString(folder.resolve("environment.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
                name: churn
                version: 3
                description: What the churn models need
                tags: {team: sales}
                image: registry.example/base:1
                conda_file:
                  dependencies: [python=3.11, pip: [scikit-learn==1.7.2]]
                """);
        assertThat(EnvironmentFile.read(file, List.of("version=4"), problems))
                .hasValue(new EnvironmentFile(
                        "churn",
                        "4",
                        "What the churn models need",
                        new LinkedHashMap<>(Map.of("team", "sales")),
                        new PythonPackages("3.11", List.of("scikit-learn==1.7.2"), "registry.example/base:1", null)));
    }

    @Test
    void an_environment_without_any_content_is_refused() throws IOException {
        var file = Files.writeString(folder.resolve("environment.yml"), "name: empty");
        assertThat(EnvironmentFile.read(file, List.of(), problems)).isEmpty();
        assertThatThrownBy(problems::refuseIfAny)
                .hasMessageContaining("needs conda_file, requirements, packages, python or image");
    }

    @Test
    void what_only_conda_has_is_named_where_it_stands() throws IOException {
        Files.writeString(folder.resolve("conda.yml"), "dependencies:\n  - python=3.11\n  - cudatoolkit=11\n");
        assertThatThrownBy(() -> read("command: echo\nenvironment: {conda_file: conda.yml}"))
                .hasMessageContaining("conda.yml:3:5: 'cudatoolkit' is not known as a package of PyPI");
    }

    @Test
    void requirements_are_read_without_their_comments() throws IOException {
        Files.writeString(
                folder.resolve("requirements.txt"),
                "# mine\nnumpy==2.2.6  # pinned\n\npandas; python_version < \"3.12\"\n");
        assertThat(read("command: echo\nenvironment: {requirements: requirements.txt}")
                        .environment()
                        .packages())
                .containsExactly("numpy==2.2.6", "pandas; python_version < \"3.12\"");
    }

    @Test
    void settings_of_the_command_line_win_and_say_where_they_stand() throws IOException {
        var job = JobReader.read(
                file("command: echo\ninputs: {rate: 1}"),
                List.of("inputs.rate=0.5", "tags.by=me", "display_name=a: b"),
                problems);
        problems.refuseIfAny();
        assertThat(job.orElseThrow().inputs()).containsEntry("rate", new Input.Literal("0.5"));
        assertThat(job.orElseThrow().tags()).containsEntry("by", "me");
        assertThat(job.orElseThrow().displayName()).isEqualTo("a: b");
    }

    @Test
    void a_wrong_setting_is_named_as_such() throws IOException {
        JobReader.read(file("command: echo"), List.of("limits.timeout=x"), problems);
        assertThatThrownBy(problems::refuseIfAny)
                .hasMessage("--set limits.timeout: 'timeout' must be a whole number from 1 to 2678400, not 'x'");
    }

    @Test
    void a_setting_without_a_value_is_a_wrong_command_line() {
        assertThatThrownBy(() -> JobReader.read(file("command: echo"), List.of("inputs.rate"), problems))
                .isInstanceOfSatisfying(
                        CommandFailed.class, wrong -> assertThat(wrong.exit()).isEqualTo(ExitCode.USAGE));
    }

    @Test
    void aliases_that_repeat_without_end_are_refused() {
        var bomb = new StringBuilder("command: echo\ntags:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 9; level++) {
            bomb.append("  a%d: &a%d [%s]\n".formatted(level, level, ("*a" + (level - 1) + ", ").repeat(9)));
        }
        assertThatThrownBy(() -> read(bomb.toString())).isInstanceOf(CommandFailed.class);
    }

    @Test
    void a_missing_file_is_refused() {
        JobReader.read(folder.resolve("none.yml"), List.of(), problems);
        assertThatThrownBy(problems::refuseIfAny).hasMessage(folder.resolve("none.yml") + ": there is no such file");
    }

    private JobDefinition read(String text) throws IOException {
        var job = JobReader.read(file(text), List.of(), problems);
        problems.refuseIfAny();
        return job.orElseThrow();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("job.yml"), text);
    }
}
