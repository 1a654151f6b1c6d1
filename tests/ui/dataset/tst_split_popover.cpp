// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/dataset/dataset_studio.h"
#include "ui/dataset/split_popover.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

class TestSplitPopover : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void settingsGoInAndOut()
    {
        const Appearance appearance(*qApp);
        SplitPopover popover(appearance);
        const SplitSettings settings{0.7, 0.2, 0.05, 18'000'000'000'000'000'000U / 2};
        popover.setSettings(settings);
        QCOMPARE(popover.settings(), settings);
    }

    void impossibleSharesCannotBeChosenAndSayWhy_data()
    {
        QTest::addColumn<QList<int>>("shares");
        QTest::addColumn<QString>("seed");
        QTest::addColumn<QString>("why");
        QTest::newRow("good") << QList<int>{80, 10, 10} << "1"
                              << "";
        QTest::newRow("less than all") << QList<int>{50, 0, 0} << "7"
                                       << "";
        QTest::newRow("too much") << QList<int>{90, 10, 10} << "1"
                                  << "The shares are 110 % together. Make them 100 % or less.";
        QTest::newRow("nothing") << QList<int>{0, 0, 0} << "1"
                                 << "Give at least one part a share.";
        QTest::newRow("no random seed") << QList<int>{80, 10, 10} << ""
                                        << "Give a random seed, for example 1.";
    }
    void impossibleSharesCannotBeChosenAndSayWhy()
    {
        QFETCH(QList<int>, shares);
        QFETCH(QString, seed);
        QFETCH(QString, why);
        const Appearance appearance(*qApp);
        SplitPopover popover(appearance);
        const auto fields = popover.findChildren<QSpinBox*>();
        QCOMPARE(fields.size(), 3);
        for (qsizetype i = 0; i < fields.size(); ++i)
            fields[i]->setValue(shares[i]);
        QLineEdit* words = nullptr;
        for (QLineEdit* each : popover.findChildren<QLineEdit*>()) {
            if (each->accessibleName() == QStringLiteral("Random seed"))
                words = each;
        }
        QVERIFY(words);
        words->setText(seed);
        auto* split = popover.findChild<QPushButton*>();
        QCOMPARE(split->isEnabled(), why.isEmpty());
        QCOMPARE(split->toolTip(), why);
        const QSignalSpy chosen(&popover, &SplitPopover::splitChosen);
        split->click();
        QCOMPARE(chosen.size(), why.isEmpty() ? 1 : 0);
    }

    void enterSplitsFromEveryField()
    {
        const Appearance appearance(*qApp);
        SplitPopover popover(appearance);
        popover.show();
        const QSignalSpy chosen(&popover, &SplitPopover::splitChosen);
        auto fields = popover.findChildren<QSpinBox*>();
        int times = 0;
        for (QSpinBox* field : fields) {
            QTest::keyClick(field, Qt::Key_Return);
            QCOMPARE(chosen.size(), ++times);
        }
        fields[0]->setValue(90); // 110 % together.
        QTest::keyClick(fields[0], Qt::Key_Return);
        QCOMPARE(chosen.size(), times);
    }
};

QTEST_MAIN(TestSplitPopover)
#include "tst_split_popover.moc"
