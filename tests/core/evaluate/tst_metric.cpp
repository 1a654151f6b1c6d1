// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metric.h"
#include "tests/core/evaluate/abc_score.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

using namespace continuo;
using namespace continuo::tests;

namespace {

std::size_t placeOf(std::string_view name)
{
    const auto kinds = metricKinds();
    return static_cast<std::size_t>(std::ranges::find(kinds, name, &MetricKind::name) -
                                    kinds.begin());
}

} // namespace

class TestMetric : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMetricHasItsOwnName()
    {
        std::set<std::string_view> names;
        std::set<MetricGroup> groups;
        for (const MetricKind& kind : metricKinds()) {
            names.insert(kind.name);
            groups.insert(kind.group);
            QVERIFY(!kind.words.empty());
        }
        QCOMPARE(names.size(), metricKinds().size());
        QCOMPARE(groups.size(), std::size_t{3});
    }

    void everyMetricStandsUnderItsName()
    {
        // Values that differ from each other, so that no two can be mixed up unseen; see
        // tst_piece_numbers.
        const MetricValues values = metricsOf(scoreOfAbc("C D E F|z4|G2 c2|"));
        const auto is = [&](std::string_view name, double expected) {
            const std::optional<double> value = values.at(placeOf(name));
            if (!value || std::abs(*value - expected) > 1e-12)
                qWarning("%s is %g", std::string(name).c_str(), value.value_or(-99));
            return value && std::abs(*value - expected) < 1e-12;
        };
        QVERIFY(is("pitchRange", 12));
        QVERIFY(is("pitchesUsed", 6));
        QVERIFY(is("pitchClassesUsed", 5));
        QVERIFY(is("pitchEntropy", std::log2(6)));
        QVERIFY(is("pitchClassEntropy", std::log2(6) - 2.0 / 6)); // C twice
        QVERIFY(is("polyphony", 1));
        QVERIFY(is("polyphonyRate", 0));
        QVERIFY(is("pitchInScaleRate", 1));
        QVERIFY(is("scaleConsistency", 1));
        QVERIFY(is("emptyBeatRate", 4.0 / 12));
        QVERIFY(is("emptyMeasureRate", 1.0 / 3));
        QVERIFY(is("grooveConsistency", 1 - 3.0 / 96));
        QVERIFY(is("repeatShare", 0));
        QVERIFY(is("stepShare", 4.0 / 5));
        QVERIFY(is("leapShare", 1.0 / 5));
        QVERIFY(is("selfSimilarity", 0));
        QVERIFY(values.at(placeOf("chordToneRate")));
    }

    void aPieceWithoutNotesHasNoMetric()
    {
        for (const std::optional<double>& value : metricsOf(Score{}))
            QVERIFY(!value);
    }

    void summaryByHand()
    {
        // 2, 4 and 9 with one piece that has none: mean 5, squares 9 + 1 + 16.
        std::vector<MetricValues> pieces(4, MetricValues(metricKinds().size()));
        pieces[0][1] = 2;
        pieces[1][1] = 4;
        pieces[3][1] = 9;
        const auto summary = summaryOf(pieces, 1);
        QVERIFY(summary);
        QCOMPARE(summary->pieces, std::size_t{3});
        QCOMPARE(summary->mean, 5.0);
        QCOMPARE(summary->deviation, std::sqrt(26.0 / 3));
        QVERIFY(!summaryOf(pieces, 0));
    }
};

QTEST_APPLESS_MAIN(TestMetric)
#include "tst_metric.moc"
