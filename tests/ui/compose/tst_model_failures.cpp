// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/compose/studio_fixture.h"
#include "ui/compose/continuation.h"
#include "ui/compose/generate_form.h"
#include "ui/compose/generate_panel.h"
#include "ui/compose/sample_score.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QtEndian>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 60'000;

/// The panel over the sample, with a real engine.
struct Bench
{
    Bench()
        : panel(studio.context())
    {
        studio.document.replace(sampleScore(studio.paths));
        panel.setActiveTrack(studio.document.score().tracks.front().id);
        panel.form().setBars(1);
        panel.form().setIdeas(1);
        panel.show();
    }

    void generate()
    {
        panel.generate();
        QTRY_VERIFY_WITH_TIMEOUT(!panel.continuation().isRunning(), kPatienceMs);
    }
    std::size_t offered() const { return panel.continuation().alternatives().size(); }

    StudioFixture studio{};
    GeneratePanel panel;
};

bool write(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A model file whose metadata `change` was let loose on.
template <typename Change>
QByteArray changedModel(const QByteArray& model, Change change)
{
    const auto length = static_cast<qsizetype>(qFromLittleEndian<quint64>(model.constData()));
    QJsonObject header = QJsonDocument::fromJson(model.mid(8, length)).object();
    QJsonObject metadata = header[QStringLiteral("__metadata__")].toObject();
    change(metadata);
    header[QStringLiteral("__metadata__")] = metadata;
    QByteArray text = QJsonDocument(header).toJson(QJsonDocument::Compact);
    text.append(QByteArray((8 - text.size() % 8) % 8, ' '));
    QByteArray size(8, '\0');
    qToLittleEndian(static_cast<quint64>(text.size()), size.data());
    return size + text + model.mid(8 + length);
}

} // namespace

/// A model that cannot continue is said with its name, the composition stays, and another works.
class TestModelFailures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!StudioFixture::hasEngine())
            QSKIP("CONTINUO_ENGINE does not name the engine's program");
    }

    void itIsSaidAndAnotherWorks_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"words", "empty", "half", "no encoding", "another encoding",
                                 "a later encoding", "folder", "gone"})
            QTest::newRow(kind) << QString::fromLatin1(kind);
    }
    void itIsSaidAndAnotherWorks()
    {
        QFETCH(QString, kind);
        Bench bench;
        const QByteArray model = contentOf(bench.studio.paths.starterModel());
        QVERIFY(!model.isEmpty());
        const QString name = QStringLiteral("strange one.safetensors");
        const QString file = bench.studio.folder.filePath(name);
        if (kind == QLatin1String("words"))
            QVERIFY(write(file, "no model at all"));
        else if (kind == QLatin1String("empty"))
            QVERIFY(write(file, {}));
        else if (kind == QLatin1String("half"))
            QVERIFY(write(file, model.left(model.size() / 2)));
        else if (kind == QLatin1String("no encoding"))
            QVERIFY(write(file, changedModel(model, [](QJsonObject& card) {
                              card.remove(QStringLiteral("continuo.encoding"));
                          })));
        else if (kind == QLatin1String("another encoding"))
            QVERIFY(write(file, changedModel(model, [](QJsonObject& card) {
                              card[QStringLiteral("continuo.encoding")] = QStringLiteral("morse");
                          })));
        else if (kind == QLatin1String("a later encoding"))
            QVERIFY(write(file, changedModel(model, [](QJsonObject& card) {
                              card[QStringLiteral("continuo.encoding.version")] =
                                  QStringLiteral("99");
                          })));
        else if (kind == QLatin1String("folder"))
            QVERIFY(QDir().mkpath(file));
        const Score before = bench.studio.document.score();
        bench.panel.useModel(file);
        bench.generate();
        QCOMPARE(bench.studio.told.size(), 1);
        const QString words = bench.studio.told.front();
        QVERIFY2(words.contains(name) && words.endsWith(QLatin1Char('.')) &&
                     !words.contains(QStringLiteral("exception")),
                 qPrintable(words));
        if (kind.contains(QStringLiteral("encoding")))
            QVERIFY2(words.contains(QStringLiteral("encoding")), qPrintable(words));
        QCOMPARE(bench.offered(), std::size_t{0});
        QVERIFY(bench.studio.document.score() == before);
        bench.panel.form().setModel(bench.studio.paths.starterModel());
        bench.generate();
        QCOMPARE(bench.offered(), std::size_t{1});
        QCOMPARE(bench.studio.told.size(), 1);
    }

    void aModelThatWasDeletedMeanwhileIsSaid()
    {
        Bench bench;
        const QString file = bench.studio.folder.filePath(QStringLiteral("mine.safetensors"));
        QVERIFY(QFile::copy(bench.studio.paths.starterModel(), file));
        bench.panel.useModel(file);
        bench.generate();
        QCOMPARE(bench.offered(), std::size_t{1});
        QVERIFY(QFile::remove(file));
        bench.generate();
        QCOMPARE(bench.studio.told.size(), 1);
        QVERIFY2(bench.studio.told.front().contains(QStringLiteral("mine.safetensors")) &&
                     bench.studio.told.front().contains(QStringLiteral("no such file")),
                 qPrintable(bench.studio.told.front()));
        QVERIFY(QFile::copy(bench.studio.paths.starterModel(), file));
        bench.generate();
        QCOMPARE(bench.offered(), std::size_t{1});
        QCOMPARE(bench.studio.told.size(), 1);
    }
};

QTEST_MAIN(TestModelFailures)
#include "tst_model_failures.moc"
