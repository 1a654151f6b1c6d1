// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/judgement.h"

#include <QLocale>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

/// What the engine says of a melody of one long quotation.
Json quotingMelody()
{
    return *parseJson(R"({"fingerprint":"f","corpusPieces":61,
        "metrics":{"harmony":{"pitchInScaleRate":{"generated":{"mean":0.98,"deviation":0,"pieces":1},
                                                  "corpus":{"mean":0.97,"deviation":0.03,"pieces":61}},
                              "polyphony":{"generated":null,"corpus":null}},
                   "rhythmConsistency":{"tomorrow":{"generated":{"mean":7,"deviation":0,"pieces":1},
                                                    "corpus":{"mean":2,"deviation":1,"pieces":61}}}},
        "pieces":[{"file":"a.mid","notes":60,"metrics":{"pitchInScaleRate":0.98,"polyphony":null,"tomorrow":7},
            "novelty":{"4":0.2,"8":0.25},
            "longestSharedPassage":{"notes":14,"firstBar":3,"lastBar":6,"isSpecial":true,"families":1,
                "alsoFoundIn":[{"path":"x/greensleeves.abc","piece":1,"title":"","bar":5}]},
            "quotations":[{"notes":14,"firstBar":3,"lastBar":6,"isSpecial":true,"families":5,
                "alsoFoundIn":[{"path":"x/greensleeves.abc","piece":1,"title":"","bar":5},
                               {"path":"b.abc","piece":2,"title":"Tune","bar":1}]}]}],
        "originality":{"corpus":{"novelty":{"8":0.9},"medianLongestSteps":8,"longestSteps":22}},
        "collapse":{"verdict":"collapsed","found":["loops","somethingNew"],
            "generated":{"repetitionRate":0.9,"entropy":1.25},"corpus":{"repetitionRate":0.2,"entropy":4}}})");
}

} // namespace

class TestJudgement final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void aCardIsRead()
    {
        const MelodyCard card = melodyCardFromJson(quotingMelody());
        QCOMPARE(card.pieces, 61);
        QCOMPARE(card.notes, 60);
        QCOMPARE(card.groups.size(), 2U);
        QCOMPARE(groupInWords(card.groups[0].name), QStringLiteral("Harmony"));
        const CardRow& scale = card.groups[0].rows[0];
        QVERIFY(numberWords(scale.name).isShare);
        QCOMPARE(valueInWords(numberWords(scale.name), scale.value), QStringLiteral("98 %"));
        QCOMPARE(yardstickInWords(numberWords(scale.name), scale), QStringLiteral("97 ± 3 %"));
        QCOMPARE(distanceInWords(scale), QString());
        const CardRow& none = card.groups[0].rows[1];
        QCOMPARE(valueInWords(numberWords(none.name), none.value), QStringLiteral("–"));
        QCOMPARE(yardstickInWords(numberWords(none.name), none), QStringLiteral("–"));
        // A number of a newer engine is shown all the same.
        const CardRow& tomorrow = card.groups[1].rows[0];
        QCOMPARE(numberWords(tomorrow.name).name, QStringLiteral("tomorrow"));
        QCOMPARE(valueInWords(numberWords(tomorrow.name), tomorrow.value), QStringLiteral("7"));
        QCOMPARE(distanceInWords(tomorrow), QStringLiteral("high"));
    }

    void whatIsFoundNamesPieceAndBar()
    {
        const QStringList words = originalityInWords(melodyCardFromJson(quotingMelody()));
        QCOMPARE(words,
                 (QStringList{
                     QStringLiteral("Bars 3–6, 14 notes: also found in your training data: "
                                    "greensleeves, bar 5; Tune, bar 1; and more"),
                     QStringLiteral("The pieces of the set share runs of 9 notes among each "
                                    "other, 23 at most."),
                     QStringLiteral("New passages of 8 steps: 25 %; of the set itself: 90 %."),
                 }));
        MelodyCard card = melodyCardFromJson(quotingMelody());
        card.quotations.clear();
        card.longest->lastBar = 3;
        QVERIFY(originalityInWords(card)[1].contains(QStringLiteral("Bar 3, 14 notes")));
        card.longest.reset();
        QCOMPARE(originalityInWords(card)[1], QStringLiteral("It shares no passage with them."));
    }

    void aCollapseIsNamed()
    {
        MelodyCard card = melodyCardFromJson(quotingMelody());
        QStringList words = varietyInWords(card);
        QCOMPARE(words[0], QStringLiteral("Collapsed: it goes round in circles."));
        QCOMPARE(words[1], QStringLiteral("Collapsed: somethingNew."));
        QVERIFY(words[2].contains(QStringLiteral("90 %; in as much of the set: 20 %")));
        QVERIFY(words[3].contains(QStringLiteral("1.25 bits")));
        card.verdict = QStringLiteral("none");
        card.collapses.clear();
        QCOMPARE(varietyInWords(card)[0], QStringLiteral("No collapse."));
        card.verdict = QStringLiteral("tooLittle");
        QVERIFY(varietyInWords(card)[0].contains(QStringLiteral("49 notes are needed, it has 60")));
    }

    void whatIsMissingStaysEmpty_data()
    {
        QTest::addColumn<QString>("json");
        for (const char* json : {"{}", "[]", "null", "7", R"({"pieces":[],"metrics":[]})",
                                 R"({"pieces":3,"metrics":"x","collapse":[],"models":4})",
                                 R"({"metrics":{"harmony":{"polyphony":4}},"pieces":[[]]})"})
            QTest::newRow(json) << QString::fromLatin1(json);
    }
    void whatIsMissingStaysEmpty()
    {
        QFETCH(QString, json);
        const Json parsed = *parseJson(json.toStdString());
        const MelodyCard card = melodyCardFromJson(parsed);
        QCOMPARE(card.notes, 0);
        QVERIFY(!card.longest && card.quotations.empty());
        const ModelFigures figures = modelFiguresFromJson(parsed);
        QCOMPARE(figures.loss, 0.0);
        QVERIFY(!figures.bitsPerNote && !figures.trainerLoss);
        QVERIFY(comparisonFromJson(parsed).notes == 0);
    }

    void aDifferenceBelowTwiceItsErrorMeansNothing_data()
    {
        QTest::addColumn<double>("difference");
        QTest::addColumn<double>("error");
        QTest::addColumn<bool>("isFirst");
        QTest::addColumn<QString>("words");
        QTest::newRow("first") << 0.0 << 0.0 << true << QStringLiteral("the first");
        QTest::newRow("better") << -0.5 << 0.2 << false << QStringLiteral("better");
        QTest::newRow("worse") << 0.5 << 0.2 << false << QStringLiteral("worse");
        QTest::newRow("unsure") << -0.5 << 0.26 << false << QStringLiteral("no difference");
        QTest::newRow("the same model") << 0.0 << 0.0 << false << QStringLiteral("no difference");
    }
    void aDifferenceBelowTwiceItsErrorMeansNothing()
    {
        QFETCH(double, difference);
        QFETCH(double, error);
        QFETCH(bool, isFirst);
        ComparedModelFigures model;
        model.difference = difference;
        model.error = error;
        QTEST(comparisonInWords(model, isFirst), "words");
    }
};

QTEST_APPLESS_MAIN(TestJudgement)
#include "tst_judgement.moc"
