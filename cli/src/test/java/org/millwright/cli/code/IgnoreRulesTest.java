package org.millwright.cli.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnoreRulesTest {
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(textBlock = """
            # rules (; separates lines) , file             , stays at home
            *.csv                       , a.csv            , true
            *.csv                       , deep/down/a.csv  , true
            *.csv                       , a.csv.py         , false
            /a.csv                      , a.csv            , true
            /a.csv                      , sub/a.csv        , false
            data/                       , data/a.csv       , true
            data/                       , sub/data/a.csv   , true
            data/                       , data             , false
            sub/data                    , sub/data/x       , true
            sub/data                    , other/sub/data   , false
            **/logs                     , a/b/logs/x       , true
            a/**/b                      , a/b              , true
            a/**/b                      , a/x/y/b          , true
            a/**                        , a/x/y            , true
            a?.py                       , ab.py            , true
            a?.py                       , a/.py            , false
            [a-c].py                    , b.py             , true
            [!a-c].py                   , b.py             , false
            *.py;!keep.py               , keep.py          , false
            *.py;!keep.py               , drop.py          , true
            data/;!data/keep            , data/keep        , true
            #comment                    , #comment         , false
            \\#name                     , #name            , true
            a.b                         , axb              , false
            [                           , x                , false
            ''                          , .git/config      , true
            !.millwright                , .millwright/x    , true
            """)
    void rules_are_gits(String rules, String file, boolean staysAtHome) {
        assertThat(IgnoreRules.parse("test", List.of(rules.split(";"))).ignores(Path.of(file)))
                .isEqualTo(staysAtHome);
    }
}
