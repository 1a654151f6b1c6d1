// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/encode/vocabulary.h"

using namespace continuo;

class TestVocabulary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsByKindPitchAndName()
    {
        const Vocabulary vocabulary({{"C4", SymbolKind::Pitch, Pitch{60}},
                                     {"C#4", SymbolKind::Pitch, Pitch{61}},
                                     {"rest", SymbolKind::Rest, {}},
                                     {"end", SymbolKind::End, {}}});
        QCOMPARE(vocabulary.size(), 4);
        QCOMPARE(vocabulary.find(SymbolKind::Rest), std::optional<Token>(2));
        QCOMPARE(vocabulary.find(SymbolKind::Pitch), std::optional<Token>(0));
        QCOMPARE(vocabulary.find(Pitch{61}), std::optional<Token>(1));
        QCOMPARE(vocabulary.find("end"), std::optional<Token>(3));
    }

    void theDefaultPitchOfOtherSymbolsIsNotFound()
    {
        // A rest carries the default pitch value 60; it is not the note C4.
        const Vocabulary vocabulary({{"rest", SymbolKind::Rest, {}}});
        QVERIFY(!vocabulary.find(Pitch{60}));
        QVERIFY(!vocabulary.find(SymbolKind::Hold));
        QVERIFY(!vocabulary.find("C4"));
    }
};

QTEST_APPLESS_MAIN(TestVocabulary)
#include "tst_vocabulary.moc"
