package org.millwright.adapter.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.spi.Launch;

/** The contract on real Spark, and what only real Spark can show. Each test starts a JVM or two. */
@Tag("spark")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public abstract class RealClusterContract extends ClusterContract {

    @Test
    void a_spark_job_computes_with_what_it_brings_along_and_leaves_its_result() throws Exception {
        var driver = driver();
        keep(
                "snapshots/code.zip",
                zip(Map.of(
                        "src/count.py",
                        """
                        import sys
                        from pyspark import SparkFiles
                        from pyspark.sql import SparkSession
                        spark = SparkSession.builder.getOrCreate()
                        import helper
                        print("app", spark.sparkContext.appName, "master", spark.sparkContext.master)
                        print("setting", spark.conf.get("spark.sql.shuffle.partitions"))
                        rows = spark.read.csv("file://" + __import__("os").path.abspath("inputs/data"), header=True)
                        total = rows.rdd.map(lambda row: helper.twice(int(row.n))).sum()
                        side = open(SparkFiles.get("side.txt")).read()
                        print("total", total, side, sys.argv[1:])
                        open("outputs/total.txt", "w").write(str(total))
                        """,
                        "lib/helper.py",
                        "def twice(n):\n    return 2 * n\n",
                        "side.txt",
                        "beside")));
        keep("snapshots/data.zip", zip(Map.of("rows.csv", "n\n1\n2\n3\n")));
        var type = new JobType.Spark(
                "src/count.py",
                List.of("lib/helper.py"),
                List.of(),
                List.of("side.txt"),
                List.of(),
                Map.of(
                        "spark.sql.shuffle.partitions",
                        "3",
                        "spark.driver.memory",
                        "512m",
                        "spark.executor.memory",
                        "512m"));
        var launch = new Launch(
                placement(),
                JobResources.ONE_NODE,
                type,
                path("snapshots/code.zip"),
                Map.of("inputs/data", path("snapshots/data.zip")),
                List.of("outputs"),
                type.command("--last 'two words'"),
                NO_PACKAGES,
                Map.of(),
                List.of("beside"),
                path("0/run-1/artifacts"),
                null);

        var end = run(driver, launch);
        driver.collect(launch);

        assertThat(log(driver)).contains("total 12 ***", "['--last', 'two words']");
        assertThat(end.exitCode()).isZero();
        assertThat(text("0/run-1/artifacts/outputs/total.txt")).isEqualTo("12");
    }

    @Test
    void an_error_in_spark_is_a_failure_with_its_words_in_the_log() throws Exception {
        var driver = driver();
        keep("snapshots/code.zip", zip(Map.of("fail.py", """
                from pyspark.sql import SparkSession
                spark = SparkSession.builder.getOrCreate()
                spark.sql("select * from nowhere").show()
                """)));
        var type = new JobType.Spark("fail.py", List.of(), List.of(), List.of(), List.of(), Map.of());
        var launch = new Launch(
                placement(),
                JobResources.ONE_NODE,
                type,
                path("snapshots/code.zip"),
                Map.of(),
                List.of(),
                type.command(""),
                NO_PACKAGES,
                Map.of(),
                List.of(),
                path("0/run-1/artifacts"),
                null);

        assertThat(run(driver, launch).exitCode()).isEqualTo(1);
        assertThat(log(driver)).contains("TABLE_OR_VIEW_NOT_FOUND");
    }
}
