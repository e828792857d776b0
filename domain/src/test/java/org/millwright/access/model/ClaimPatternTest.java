package org.millwright.access.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimPatternTest {
    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(textBlock = """
            repo:acme/churn:environment:prod , repo:acme/churn:environment:prod  , true
            repo:acme/churn:environment:prod , repo:acme/churn:environment:prod2 , false
            repo:acme/churn:environment:prod , repo:acme/churn:environment:Prod  , false
            repo:acme/churn:*                , repo:acme/churn:ref:refs/heads/x  , true
            repo:acme/churn:*                , repo:acme/churn-fork:ref          , false
            repo:acme/*:environment:prod     , repo:acme/a:environment:prod      , true
            repo:acme/*:environment:prod     , repo:acme/a:environment:test      , false
            repo:acme/*:environment:prod     , repo:acme/:environment:prod       , true
            repo:acme/**:ref                 , repo:acme/a:ref                   , true
            a*b*c                            , abc                               , true
            a*b*c                            , a-b-b-c                           , true
            a*b*c                            , acb                               , false
            a.c                              , abc                               , false
            [a]                              , a                                 , false
            """)
    void matches(String pattern, String value, boolean expected) {
        assertThat(new ClaimPattern(pattern).matches(value)).isEqualTo(expected);
    }

    @Test
    void what_is_missing_matches_nothing() {
        assertThat(new ClaimPattern("*").matches(null)).isFalse();
        assertThat(new ClaimPattern("*").matches("")).isTrue();
    }

    @Test
    void many_stars_and_a_long_value_do_not_take_long() {
        var pattern = new ClaimPattern("a" + "*a".repeat(200) + "b");
        assertThat(pattern.matches("a".repeat(100_000))).isFalse();
    }
}
