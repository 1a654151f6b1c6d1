// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/generate/hand_made_model.h"
#include "ui/base/appearance.h"
#include "ui/compose/form_row.h"
#include "ui/compose/generate_form.h"
#include "ui/compose/model_catalogue.h"

#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 60'000;

void writeModel(const QString& file, const char* kind)
{
    const auto encoding = makeEncoding("grid", R"({"end": false})").value();
    NetworkShape shape;
    shape.kind = kind;
    shape.hidden = 8;
    const TensorFile model = tests::modelFile(
        *encoding, shape, tests::randomTensors(shape, encoding->vocabulary().size(), 3, 0.3));
    QVERIFY(writeTensorFile(file.toStdString(), model, Overwrite::Refuse));
}

QToolButton* segment(const GenerateForm& form, const QString& word)
{
    for (QToolButton* button : form.findChild<SegmentedChoice*>()->findChildren<QToolButton*>()) {
        if (button->text() == word)
            return button;
    }
    return nullptr;
}

} // namespace

class TestNoiseModelForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aModelOfNoiseBeginsNewMelodiesOnly()
    {
        QTemporaryDir folder;
        const QString reader = folder.filePath(QStringLiteral("reader.safetensors"));
        const QString noise = folder.filePath(QStringLiteral("noise.safetensors"));
        writeModel(reader, "lstm");
        writeModel(noise, "gan");
        Appearance appearance(*qApp);
        QSettings settings(folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
        ModelCatalogue models(reader, folder.filePath(QStringLiteral("runs")));
        GenerateForm form(appearance, settings, models);
        QSignalSpy changed(&models, &ModelCatalogue::changed);
        models.add(noise);
        QTRY_VERIFY_WITH_TIMEOUT(models.find(noise)->network.kind == "gan", kPatienceMs);
        QVERIFY(!form.isNew());
        QVERIFY(segment(form, QStringLiteral("Continue"))->isEnabled());

        form.setModel(noise);
        QVERIFY(form.isNew());
        QToolButton* const goOn = segment(form, QStringLiteral("Continue"));
        QVERIFY(!goOn->isEnabled());
        QVERIFY2(goOn->toolTip().contains(
                     QStringLiteral("This model starts from noise and cannot read your melody")),
                 qPrintable(goOn->toolTip()));
        QVERIFY(segment(form, QStringLiteral("New"))->isEnabled());
        const auto numbers = form.findChildren<QSpinBox*>();
        QVERIFY(std::ranges::any_of(numbers, [](const QSpinBox* each) {
            return each->accessibleName() == QStringLiteral("Noise number");
        }));

        // Another model goes back to what was chosen before.
        form.setModel(reader);
        QVERIFY(!form.isNew());
        QVERIFY(segment(form, QStringLiteral("Continue"))->isEnabled());
        QVERIFY(std::ranges::any_of(numbers, [](const QSpinBox* each) {
            return each->accessibleName() == QStringLiteral("Random number");
        }));
        // Who had chosen a new piece himself stays with it.
        form.setNew(true);
        form.setModel(noise);
        form.setModel(reader);
        QVERIFY(form.isNew());
    }
};

QTEST_MAIN(TestNoiseModelForm)
#include "tst_noise_model_form.moc"
