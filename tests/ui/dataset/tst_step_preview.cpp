// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/import.h"
#include "tests/ui/dataset/dataset_studio.h"
#include "ui/dataset/histogram_view.h"
#include "ui/dataset/step_preview.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

class TestStepPreview : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (int i = 0; i < 4; ++i)
            QVERIFY(writeTo(m_folder.filePath(QStringLiteral("in/tune %1.mid").arg(i)),
                            midiTune(40, 60, i + 1)));
        QVERIFY(writeTo(m_folder.filePath(QStringLiteral("in/short.mid")), midiTune(3, 60, 9)));
        m_set = m_folder.filePath(QStringLiteral("set.continuo-dataset"));
        ImportOptions options;
        options.inputs = {m_folder.filePath(QStringLiteral("in")).toStdString()};
        options.set = m_set.toStdString();
        QVERIFY(importMusic(options, {}));
    }

    void whatAStepChangesIsCounted_data()
    {
        QTest::addColumn<QString>("operation");
        QTest::addColumn<int>("changed");
        QTest::addColumn<int>("leftOut");
        QTest::newRow("nothing") << "drop-drums" << 0 << 0;
        QTest::newRow("all") << "fold-range" << 5 << 0;
        QTest::newRow("the short one") << "leave-out" << 0 << 1;
    }
    void whatAStepChangesIsCounted()
    {
        QFETCH(QString, operation);
        StepPreview preview(m_appearance, m_set, {1, 2, 3, 4, 5});
        Recipe after;
        RecipeStep step = makeStep(operation.toStdString());
        if (operation == QLatin1String("fold-range"))
            step.parameters = {{"low", 72.0}, {"high", 84.0}};
        if (operation == QLatin1String("leave-out"))
            step.condition.problems = problemBit(Problem::TooShort);
        after.steps.push_back(step);
        QSignalSpy ended(&preview, &StepPreview::ended);
        preview.show({}, after);
        QVERIFY(ended.wait(30'000));
        QCOMPARE(preview.outcome().looked, 5u);
        QTEST(static_cast<int>(preview.outcome().changed), "changed");
        QTEST(static_cast<int>(preview.outcome().leftOut), "leftOut");
        std::int64_t low = 0;
        for (int key = 0; key < 72; ++key)
            low += preview.outcome().after.pitches[static_cast<std::size_t>(key)];
        QCOMPARE(low == 0, operation == QLatin1String("fold-range"));
        QVERIFY(preview.outcome().before.pitches[60] > 0 ||
                preview.outcome().before.pitches[61] > 0);
        auto* of = preview.findChild<QComboBox*>();
        const qsizetype sizes[] = {12, 128, std::ssize(kNoteValues), kOnsetCount};
        for (int plot = 0; plot < of->count(); ++plot) {
            of->setCurrentIndex(plot);
            QCOMPARE(std::ssize(preview.findChild<HistogramView*>()->bars()), sizes[plot]);
        }
    }

    void aSetThatIsGoneSaysSo()
    {
        StepPreview preview(m_appearance,
                            m_folder.filePath(QStringLiteral("none.continuo-dataset")), {1});
        QSignalSpy ended(&preview, &StepPreview::ended);
        preview.show({}, {});
        QVERIFY(ended.wait(30'000));
        QVERIFY(
            preview.findChild<QLabel*>()->text().contains(QStringLiteral("none.continuo-dataset")));
    }

private:
    QTemporaryDir m_folder{};
    QString m_set{};
    Appearance m_appearance{*qApp};
};

QTEST_MAIN(TestStepPreview)
#include "tst_step_preview.moc"
