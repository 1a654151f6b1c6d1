// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/alternative.h"

#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

Alternative withProbabilities(const std::vector<double>& probabilities)
{
    Alternative alternative;
    for (const double probability : probabilities)
        alternative.notes.push_back({{}, probability, 1});
    return alternative;
}

} // namespace

class TestAlternative : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lettersGoOnAfterZ()
    {
        QCOMPARE(alternativeLetter(0), QStringLiteral("A"));
        QCOMPARE(alternativeLetter(25), QStringLiteral("Z"));
        QCOMPARE(alternativeLetter(26), QStringLiteral("AA"));
        QCOMPARE(alternativeLetter(255), QStringLiteral("IV"));
    }

    void surpriseIsTheMeanOfTheNotes()
    {
        QVERIFY(!meanSurprise({}));
        QCOMPARE(meanSurprise(withProbabilities({0.5})).value(), 1.0);
        QCOMPARE(meanSurprise(withProbabilities({0.5, 0.125})).value(), 2.0);
        const double excluded = meanSurprise(withProbabilities({0})).value();
        QVERIFY(excluded > 10 && excluded < 30);
    }

    void surpriseHasThreeWords()
    {
        QCOMPARE(surpriseInWords(0.5), QStringLiteral("familiar"));
        QCOMPARE(surpriseInWords(2.5), QStringLiteral("balanced"));
        QCOMPARE(surpriseInWords(5.0), QStringLiteral("daring"));
    }
};

QTEST_APPLESS_MAIN(TestAlternative)
#include "tst_alternative.moc"
