// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/export_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStandardItemModel>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

template <typename Field>
Field* fieldCalled(const QDialog& dialog, const char* name)
{
    for (Field* each : dialog.findChildren<Field*>()) {
        if (each->accessibleName() == QLatin1String(name))
            return each;
    }
    return nullptr;
}

QPushButton* okOf(const QDialog& dialog)
{
    return dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
}

/// Why an item of a box cannot be chosen; empty where it can.
QString whyNot(const QComboBox& box, const char* value)
{
    const int place = box.findData(QLatin1String(value));
    if (place < 0)
        return QStringLiteral("not there");
    const auto* items = qobject_cast<const QStandardItemModel*>(box.model());
    return items->item(place)->isEnabled() ? QString()
                                           : box.itemData(place, Qt::ToolTipRole).toString();
}

void choose(QComboBox& box, const char* value)
{
    box.setCurrentIndex(box.findData(QLatin1String(value)));
}

ExportStock fullStock()
{
    return {20, 4, 3, {12, 5, 3}};
}

} // namespace

class TestExportDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsNotThereCannotBeChosenAndSaysWhy_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("changed");
        QTest::addColumn<QString>("rejected");
        QTest::addColumn<QString>("test");
        QTest::addColumn<bool>("isFull");
        const QString onlyMusic =
            QStringLiteral("Only as MIDI or ABC files: nothing else is known of them.");
        const auto row = [](const char* name, ExportDialog::Kind kind, bool isFull,
                            const QString& changed, const QString& rejected, const QString& test) {
            QTest::newRow(name) << static_cast<int>(kind) << changed << rejected << test << isFull;
        };
        row("music of everything", ExportDialog::Kind::Music, true, {}, {}, {});
        row("music of nothing", ExportDialog::Kind::Music, false,
            QStringLiteral("The recipe changes no piece."),
            QStringLiteral("Every file could be read."),
            QStringLiteral("The set is not split. Press “Split…” first."));
        row("sequences", ExportDialog::Kind::Sequences, true, {}, onlyMusic, {});
        row("facts", ExportDialog::Kind::Facts, true, {}, onlyMusic, {});
    }
    void whatIsNotThereCannotBeChosenAndSaysWhy()
    {
        QFETCH(int, kind);
        QFETCH(bool, isFull);
        const ExportDialog dialog(static_cast<ExportDialog::Kind>(kind), QStringLiteral("x"),
                                  isFull ? fullStock() : ExportStock{});
        const auto* only = fieldCalled<QComboBox>(dialog, "What");
        const auto* part = fieldCalled<QComboBox>(dialog, "Of which part");
        QVERIFY(only && part);
        QTEST(whyNot(*only, "changed"), "changed");
        QTEST(whyNot(*only, "rejected"), "rejected");
        QTEST(whyNot(*part, "test"), "test");
        QCOMPARE(okOf(dialog)->isEnabled(), isFull);
    }

    void anEmptyPartSaysSo()
    {
        ExportStock stock = fullStock();
        stock.parts = {20, 0, 0};
        const ExportDialog dialog(ExportDialog::Kind::Music, QStringLiteral("MIDI files"), stock);
        const auto* part = fieldCalled<QComboBox>(dialog, "Of which part");
        QCOMPARE(whyNot(*part, "train"), QString());
        QCOMPARE(whyNot(*part, "validation"), QStringLiteral("No piece in use is in this part."));
    }

    void choicesAreThoseOfTheProtocol()
    {
        const ExportDialog dialog(ExportDialog::Kind::Music, QStringLiteral("MIDI files"),
                                  fullStock());
        QVERIFY(dialog.choice() == Json::object());
        auto* only = fieldCalled<QComboBox>(dialog, "What");
        auto* part = fieldCalled<QComboBox>(dialog, "Of which part");
        choose(*only, "changed");
        choose(*part, "validation");
        QVERIFY(dialog.choice() == (Json{{"only", "changed"}, {"part", "validation"}}));
        choose(*only, "rejected");
        QVERIFY(!part->isEnabled());
        QCOMPARE(part->toolTip(), QStringLiteral("Rejected files belong to no part."));
        QVERIFY(dialog.choice() == (Json{{"only", "rejected"}}));
        choose(*only, "clean");
        QVERIFY(dialog.choice() == (Json{{"part", "validation"}}));
    }

    void factsAreOfAllPiecesUnlessOthersAreChosen()
    {
        const ExportDialog dialog(ExportDialog::Kind::Facts, QStringLiteral("facts"), fullStock());
        auto* part = fieldCalled<QComboBox>(dialog, "Of which part");
        QVERIFY(dialog.isOfAllPieces());
        QVERIFY(!part->isEnabled());
        choose(*fieldCalled<QComboBox>(dialog, "What"), "clean");
        QVERIFY(!dialog.isOfAllPieces());
        QVERIFY(part->isEnabled());
        QVERIFY(dialog.choice() == Json::object());
    }

    void aCardTakesWords()
    {
        const ExportDialog dialog(ExportDialog::Kind::Card, QStringLiteral("a data card"), {});
        QVERIFY(okOf(dialog)->isEnabled());
        QVERIFY(dialog.choice() == Json::object());
        fieldCalled<QLineEdit>(dialog, "Title")->setText(QStringLiteral(" Jigs  & reels"));
        fieldCalled<QPlainTextEdit>(dialog, "Sources")
            ->setPlainText(QStringLiteral("A book\n\n  A shelf "));
        fieldCalled<QPlainTextEdit>(dialog, "Licences")->setPlainText(QStringLiteral("CC0-1.0"));
        fieldCalled<QLineEdit>(dialog, "Date")->setText(QStringLiteral("May 2030"));
        QVERIFY(dialog.choice() == (Json{{"title", "Jigs & reels"},
                                         {"sources", {"A book", "A shelf"}},
                                         {"licences", Json::array({"CC0-1.0"})},
                                         {"date", "May 2030"}}));
        ExportDialog again(ExportDialog::Kind::Card, QStringLiteral("a data card"), {});
        again.setWords(dialog.choice());
        QVERIFY(again.choice() == dialog.choice());
    }
};

QTEST_MAIN(TestExportDialog)
#include "tst_export_dialog.moc"
