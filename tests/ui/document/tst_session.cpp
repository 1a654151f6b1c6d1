// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/place_notes.h"
#include "core/midi/write_midi.h"
#include "core/project/project_file.h"
#include "tests/full_disk.h"
#include "ui/document/file_path.h"
#include "ui/document/score_document.h"
#include "ui/document/session.h"

#include <QSettings>
#include <QtTest>

#include <optional>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kWaitMs = 10'000;

/// A session with a document and settings of its own, in folders of its own.
struct Studio
{
    explicit Studio(const QString& folder)
        : settings(folder + QStringLiteral("/settings.ini"), QSettings::IniFormat)
        , session(document, settings, folder + QStringLiteral("/state/recovery"))
    {
        QObject::connect(&session, &Session::remarked, &session,
                         [this](const QString& sentence) { remarks << sentence; });
        QObject::connect(&session, &Session::recoveryFound, &session,
                         [this](const auto& found) { offers = found; });
        session.beginNew();
    }

    /// Draws one note as an undo step.
    NoteId draw(int pitch)
    {
        const Score& score = document.score();
        const Note note{
            .start = score.end(), .length = {480}, .pitch = {static_cast<std::uint8_t>(pitch)}};
        const ScorePatch patch = addNotes(score, score.tracks.front().id, std::span(&note, 1));
        document.edit(QStringLiteral("draw a note"), patch);
        return patch.addedNotes.front().note.id;
    }

    /// What an operation came to.
    template <typename Operation>
    std::optional<Status> finish(Operation operation)
    {
        std::optional<Status> ended;
        operation([&ended](const Status& status) { ended.emplace(status); });
        if (!QTest::qWaitFor([&] { return ended.has_value(); }, kWaitMs))
            return std::nullopt;
        return ended;
    }
    std::optional<Status> open(const QString& path)
    {
        return finish([&](Session::Done done) { session.open(path, std::move(done)); });
    }
    std::optional<Status> save()
    {
        return finish([&](Session::Done done) { session.save(std::move(done)); });
    }
    std::optional<Status> saveAs(const QString& path)
    {
        return finish([&](Session::Done done) { session.saveAs(path, std::move(done)); });
    }
    std::optional<Status> importFile(const QString& path)
    {
        return finish([&](Session::Done done) { session.importFile(path, std::move(done)); });
    }

    ScoreDocument document;
    QSettings settings;
    Session session;
    QStringList remarks{};
    std::vector<RecoveryOffer> offers{};
};

bool isDone(const std::optional<Status>& status)
{
    return status && *status;
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        QVERIFY(m_folder->isValid());
    }

    void newProjectIsUntitledAndUnmodified()
    {
        Studio studio(m_folder->path());
        QCOMPARE(studio.session.title(), QStringLiteral("Untitled"));
        QVERIFY(studio.session.path().isEmpty());
        QVERIFY(!studio.session.isModified());
        QCOMPARE(studio.document.score().tracks.size(), 1U);
    }

    void savedAndOpenedAgainIsTheSame()
    {
        const QString path = place("Über uns.continuo");
        Score score;
        NoteOrigins origins;
        {
            Studio studio(m_folder->path());
            studio.session.setView([] { return QJsonObject{{QStringLiteral("loop"), 7}}; });
            origins[studio.draw(60)] = {"folk-grid", "{}", 7, 1, 0.25, 2};
            studio.draw(64);
            studio.document.addOrigins(origins);
            QVERIFY(studio.session.isModified());
            QVERIFY(isDone(studio.saveAs(path)));
            QVERIFY(!studio.session.isModified());
            QCOMPARE(studio.session.title(), QStringLiteral("Über uns"));
            QCOMPARE(studio.session.path(), path);
            QCOMPARE(studio.session.recentFiles(), QStringList(path));
            score = studio.document.score();
        }
        Studio studio(m_folder->path());
        QSignalSpy views(&studio.session, &Session::viewRestored);
        QVERIFY(isDone(studio.open(path)));
        QCOMPARE(studio.document.score(), score);
        QVERIFY(studio.document.origins() == origins);
        QCOMPARE(views.size(), 1);
        QCOMPARE(views[0][0].toJsonObject(), (QJsonObject{{QStringLiteral("loop"), 7}}));
        QVERIFY(!studio.session.isModified());
        QVERIFY(studio.remarks.isEmpty());
    }

    void undoBackToTheSavedStateIsUnmodified()
    {
        Studio studio(m_folder->path());
        studio.draw(60);
        QVERIFY(isDone(studio.saveAs(place("a.continuo"))));
        studio.draw(62);
        QVERIFY(studio.session.isModified());
        studio.document.undoStack().undo();
        QVERIFY(!studio.session.isModified());
    }

    void editWhileSavingStaysModified()
    {
        Studio studio(m_folder->path());
        studio.draw(60);
        const auto saved = studio.finish([&](Session::Done done) {
            studio.session.saveAs(place("a.continuo"), std::move(done));
            studio.draw(62);
        });
        QVERIFY(isDone(saved));
        QVERIFY(studio.session.isModified());
        QCOMPARE(readProject(filePath(place("a.continuo")))->score.noteCount(), 1U);
        QVERIFY(isDone(studio.save()));
        QVERIFY(!studio.session.isModified());
        QCOMPARE(readProject(filePath(place("a.continuo")))->score.noteCount(), 2U);
    }

    void editWhileOpeningIsNotLost()
    {
        Studio studio(m_folder->path());
        QVERIFY(isDone(studio.saveAs(place("a.continuo"))));
        studio.session.beginNew();
        const auto opened = studio.finish([&](Session::Done done) {
            studio.session.open(place("a.continuo"), std::move(done));
            studio.draw(62);
        });
        QVERIFY(opened && !*opened);
        QCOMPARE(opened->error().id, "session.changed-meanwhile");
        QCOMPARE(studio.document.score().noteCount(), 1U);
    }

    void readOnlyFileIsSaidAndKept()
    {
        const QString path = place("kept.continuo");
        {
            Studio studio(m_folder->path());
            studio.draw(60);
            QVERIFY(isDone(studio.saveAs(path)));
        }
        const QByteArray before = contentOf(path);
        QVERIFY(QFile::setPermissions(path, QFileDevice::ReadOwner));
        Studio studio(m_folder->path());
        QVERIFY(isDone(studio.open(path)));
        QVERIFY(studio.session.isReadOnly());
        QCOMPARE(studio.remarks.size(), 1);
        QVERIFY(studio.remarks[0].contains(QStringLiteral("read-only")));
        studio.draw(62);
        const auto saved = studio.save();
        QVERIFY(saved && !*saved);
        QCOMPARE(saved->error().id, "project.read-only");
        QVERIFY(studio.session.isModified());
        QCOMPARE(contentOf(path), before);
        QVERIFY(isDone(studio.saveAs(place("other.continuo"))));
        QVERIFY(!studio.session.isReadOnly());
        QVERIFY(!studio.session.isModified());
    }

    void secondWindowHasACopy()
    {
        const QString path = place("song.continuo");
        Studio first(m_folder->path());
        first.draw(60);
        QVERIFY(isDone(first.saveAs(path)));
        Studio second(m_folder->path());
        QVERIFY(isDone(second.open(path)));
        QCOMPARE(second.session.title(), QStringLiteral("song (copy)"));
        QVERIFY(second.session.path().isEmpty());
        QCOMPARE(second.remarks.size(), 1);
        QCOMPARE(second.document.score(), first.document.score());
        second.draw(61);
        const auto taken = second.saveAs(path);
        QVERIFY(taken && !*taken);
        QCOMPARE(taken->error().id, "project.in-use");
        // The same window may open its own file again.
        QVERIFY(isDone(first.open(path)));
        QCOMPARE(first.session.path(), path);
        first.session.beginNew();
        QVERIFY(isDone(second.saveAs(path)));
    }

    void failedSaveAsKeepsTheFileOneHas()
    {
        Studio studio(m_folder->path());
        const QString path = place("a.continuo");
        QVERIFY(isDone(studio.saveAs(path)));
        const auto failed = studio.saveAs(place("no such folder/b.continuo"));
        QVERIFY(failed && !*failed);
        QVERIFY(failed->error().text.find("b.continuo") != std::string::npos);
        QCOMPARE(studio.session.path(), path);
        Studio other(m_folder->path());
        QVERIFY(isDone(other.open(path)));
        QVERIFY(other.session.path().isEmpty());
    }

    void whatIsNoProjectLeavesTheDocument_data()
    {
        QTest::addColumn<QString>("id");
        QTest::newRow("words") << "project.not-a-project";
        QTest::newRow("empty") << "project.not-a-project";
        QTest::newRow("half") << "project.damaged";
        QTest::newRow("newer") << "project.newer-version";
        QTest::newRow("folder") << "file.is-directory";
        QTest::newRow("gone") << "file.not-found";
    }
    void whatIsNoProjectLeavesTheDocument()
    {
        QFETCH(QString, id);
        const QByteArray kind = QTest::currentDataTag();
        Studio studio(m_folder->path());
        const QString path = place("strange.continuo");
        if (kind == "half" || kind == "newer") {
            QVERIFY(isDone(studio.saveAs(path)));
            studio.session.beginNew();
        }
        QByteArray bytes = contentOf(path);
        if (kind == "words")
            bytes = "hello";
        if (kind == "half")
            bytes.truncate(bytes.size() / 2);
        if (kind == "newer")
            bytes[62] = char(0x7f); // The upper byte but one of its version, as SQLite keeps it.
        if (kind == "folder") {
            QVERIFY(QDir().mkpath(path));
        } else if (kind != "gone") {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        }
        studio.draw(60);
        const Score before = studio.document.score();
        const auto opened = studio.open(path);
        QVERIFY(opened && !*opened);
        QCOMPARE(QString::fromStdString(opened->error().id), id);
        const QString words = QString::fromStdString(opened->error().text);
        QVERIFY2(words.contains(QStringLiteral("strange.continuo")) &&
                     words.endsWith(QLatin1Char('.')),
                 qPrintable(words));
        QCOMPARE(studio.document.score(), before);
        QVERIFY(studio.session.isModified());
        QVERIFY(studio.session.path().isEmpty());
        if (kind != "folder")
            QCOMPARE(contentOf(path), bytes);
        // It does not stand in the way of work: it may be saved elsewhere.
        QVERIFY(isDone(studio.saveAs(place("mine.continuo"))));
    }

    void aFullDiskKeepsFileAndEdits()
    {
        Studio studio(m_folder->path());
        studio.draw(60);
        const QString path = place("a.continuo");
        QVERIFY(isDone(studio.saveAs(path)));
        const QByteArray before = contentOf(path);
        studio.draw(62);
        {
            const FullDisk full(8'192);
            const auto saved = studio.save();
            QVERIFY(saved && !*saved);
            QCOMPARE(saved->error().id, "file.disk-full");
            QVERIFY(saved->error().text.find("a.continuo") != std::string::npos);
            const auto elsewhere = studio.saveAs(place("b.continuo"));
            QVERIFY(elsewhere && !*elsewhere);
        }
        QVERIFY(studio.session.isModified());
        QCOMPARE(studio.session.path(), path);
        QCOMPARE(contentOf(path), before);
        QCOMPARE(QDir(m_folder->path())
                     .entryList({QStringLiteral("*.part*"), QStringLiteral("b.*")},
                                QDir::Files | QDir::Hidden),
                 QStringList());
        QVERIFY(isDone(studio.save()));
        QVERIFY(!studio.session.isModified());
        QCOMPARE(readProject(filePath(path))->score, studio.document.score());
    }

    void anAutosaveThatFoundNoRoomIsTriedAgain()
    {
        Studio studio(m_folder->path());
        studio.session.setAutosaveDelay(1);
        QSignalSpy failures(&studio.session, &Session::autosaveFailed);
        QSignalSpy autosaves(&studio.session, &Session::autosaved);
        {
            const FullDisk full(8'192);
            studio.draw(60);
            QVERIFY(failures.wait(kWaitMs));
            QTest::qWait(50);
            QCOMPARE(failures.size(), 1);
            const auto error = failures[0][0].value<Error>();
            QCOMPARE(error.id, "session.autosave-failed");
            QVERIFY(error.text.find("disk is full") != std::string::npos);
            QVERIFY(autosaves.isEmpty());
            QCOMPARE(recoveryFiles().size(), 0);
        }
        // Without another edit.
        QTRY_VERIFY_WITH_TIMEOUT(!autosaves.isEmpty(), kWaitMs);
        QCOMPARE(recoveryFiles().size(), 1);
        QCOMPARE(readProject(filePath(recoveryFiles().constFirst()))->score,
                 studio.document.score());
    }

    void whatAKilledSaveLeftGoesWhenTheFileIsOpened()
    {
        const QString path = place("song.continuo");
        {
            Studio studio(m_folder->path());
            QVERIFY(isDone(studio.saveAs(path)));
        }
        for (const QString& name : {QStringLiteral(".song.continuo.part"),
                                    QStringLiteral("state/recovery/.1-2-3.continuo.part"),
                                    QStringLiteral("state/recovery/1-2-3.continuo.lock")}) {
            QDir().mkpath(place("state/recovery"));
            QFile half(m_folder->filePath(name));
            QVERIFY(half.open(QIODevice::WriteOnly) && half.write("SQLite for") == 10);
        }
        Studio studio(m_folder->path());
        QVERIFY(isDone(studio.open(path)));
        studio.session.lookForRecovery();
        const auto litter = [this] {
            return QDir(m_folder->path())
                       .entryList({QStringLiteral("*.part*")}, QDir::Files | QDir::Hidden) +
                   QDir(place("state/recovery")).entryList(QDir::Files | QDir::Hidden);
        };
        QTRY_COMPARE_WITH_TIMEOUT(litter(), QStringList(), kWaitMs);
        QVERIFY(studio.offers.empty());
        QVERIFY(studio.remarks.isEmpty());
    }

    void importIsAnUntitledDocument()
    {
        Studio studio(m_folder->path());
        studio.draw(60);
        const Score score = studio.document.score();
        QVERIFY(writeMidiFile(filePath(place("tune.mid")), score, Overwrite::Replace));
        QVERIFY(isDone(studio.importFile(place("tune.mid"))));
        QCOMPARE(studio.session.title(), QStringLiteral("tune"));
        QVERIFY(studio.session.path().isEmpty());
        QVERIFY(!studio.session.isModified());
        QCOMPARE(studio.document.score().noteCount(), 1U);

        QFile book(place("book.abc"));
        QVERIFY(book.open(QIODevice::WriteOnly) &&
                book.write("X:1\nT:One\nK:C\nCDEF|\n\nX:2\nT:Two\nK:C\nGABc|\n") > 0);
        book.close();
        QVERIFY(isDone(studio.importFile(book.fileName())));
        QCOMPARE(studio.document.score().noteCount(), 4U);
        QVERIFY2(studio.remarks.join(u' ').contains(QStringLiteral("1 more")),
                 qPrintable(studio.remarks.join(u' ')));
    }

    void vanishedFilesLeaveTheRecentOnes()
    {
        Studio studio(m_folder->path());
        QVERIFY(isDone(studio.saveAs(place("a.continuo"))));
        QVERIFY(isDone(studio.saveAs(place("b.continuo"))));
        QCOMPARE(studio.session.recentFiles(),
                 (QStringList{place("b.continuo"), place("a.continuo")}));
        QVERIFY(QFile::remove(place("a.continuo")));
        const auto opened = studio.open(place("a.continuo"));
        QVERIFY(opened && !*opened);
        QCOMPARE(studio.session.recentFiles(), QStringList(place("b.continuo")));
    }

    void killedWindowIsRecovered()
    {
        const QString path = place("song.continuo");
        QByteArray saved;
        Score edited;
        {
            Studio studio(m_folder->path());
            studio.draw(60);
            QVERIFY(isDone(studio.saveAs(path)));
            saved = contentOf(path);
            studio.session.setAutosaveDelay(1);
            QSignalSpy autosaves(&studio.session, &Session::autosaved);
            studio.draw(64);
            QVERIFY(autosaves.wait(kWaitMs));
            edited = studio.document.score();
            // A living window's work is not offered to others.
            Studio other(m_folder->path());
            other.session.lookForRecovery();
            QVERIFY(isDone(other.saveAs(place("later.continuo")))); // Behind the looking.
            QVERIFY(other.offers.empty());
        } // Ends without a word, as if it had been killed: its locks go, its file stays.
        QCOMPARE(contentOf(path), saved);

        Studio studio(m_folder->path());
        studio.session.lookForRecovery();
        QTRY_COMPARE_WITH_TIMEOUT(studio.offers.size(), 1U, kWaitMs);
        const RecoveryOffer offer = studio.offers[0];
        QCOMPARE(offer.title, QStringLiteral("song"));
        QCOMPARE(offer.originalPath, path);
        QCOMPARE(offer.project->score, edited);
        QVERIFY(offer.when.secsTo(QDateTime::currentDateTime()) < 60);

        QSignalSpy autosaves(&studio.session, &Session::autosaved);
        studio.session.recover(offer);
        QCOMPARE(studio.document.score(), edited);
        QCOMPARE(studio.session.path(), path);
        QVERIFY(studio.session.isModified());
        QVERIFY(QFile::exists(offer.file)); // Until this window's own autosave has it.
        QVERIFY(autosaves.wait(kWaitMs));
        QVERIFY(!QFile::exists(offer.file));
        QCOMPARE(recoveryFiles().size(), 1);
        QVERIFY(isDone(studio.save()));
        QTRY_COMPARE_WITH_TIMEOUT(recoveryFiles().size(), 0, kWaitMs);
        QCOMPARE(readProject(filePath(path))->score, edited);
    }

    void reallyKilledWindowIsRecovered()
    {
        const pid_t child = ::fork();
        if (child == 0) {
            ::execl("/proc/self/exe", "tst_session", "--draw-and-wait",
                    QFile::encodeName(m_folder->path()).constData(), nullptr);
            ::_exit(1);
        }
        QTRY_VERIFY_WITH_TIMEOUT(recoveryFiles().size() == 1, kWaitMs);
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status));
        Studio studio(m_folder->path());
        studio.session.lookForRecovery();
        QTRY_COMPARE_WITH_TIMEOUT(studio.offers.size(), 1U, kWaitMs);
        QCOMPARE(studio.offers[0].project->score.noteCount(), 1U);
        QVERIFY(studio.offers[0].originalPath.isEmpty());
    }

    void discardedOfferIsGone()
    {
        leaveSomethingBehind();
        {
            Studio studio(m_folder->path());
            studio.session.lookForRecovery();
            QTRY_COMPARE_WITH_TIMEOUT(studio.offers.size(), 1U, kWaitMs);
            discard(studio.offers[0]);
        }
        QCOMPARE(recoveryFiles().size(), 0);
    }

    void offerLeftForLaterComesAgain()
    {
        leaveSomethingBehind();
        for (int start = 0; start < 2; ++start) {
            Studio studio(m_folder->path());
            studio.session.lookForRecovery();
            QTRY_COMPARE_WITH_TIMEOUT(studio.offers.size(), 1U, kWaitMs);
        }
    }

    void damagedAutosaveIsSetAsideInWords()
    {
        leaveSomethingBehind();
        const QString file = recoveryFiles().constFirst();
        QVERIFY(QFile::resize(file, 5'000));
        Studio studio(m_folder->path());
        studio.session.lookForRecovery();
        QTRY_COMPARE_WITH_TIMEOUT(studio.remarks.size(), 1, kWaitMs);
        QVERIFY(studio.offers.empty());
        QVERIFY(QFile::exists(file + QStringLiteral(".damaged")));
    }

    void undoneEditLeavesNothingToRecover()
    {
        Studio studio(m_folder->path());
        studio.session.setAutosaveDelay(1);
        QSignalSpy autosaves(&studio.session, &Session::autosaved);
        studio.draw(60);
        QVERIFY(autosaves.wait(kWaitMs));
        QCOMPARE(recoveryFiles().size(), 1);
        studio.document.undoStack().undo();
        QTRY_COMPARE_WITH_TIMEOUT(recoveryFiles().size(), 0, kWaitMs);
    }

    void unwantedEditsLeaveNothingToRecover()
    {
        {
            Studio studio(m_folder->path());
            studio.session.setAutosaveDelay(1);
            QSignalSpy autosaves(&studio.session, &Session::autosaved);
            studio.draw(60);
            QVERIFY(autosaves.wait(kWaitMs));
            studio.session.discardRecovery();
        }
        QCOMPARE(recoveryFiles().size(), 0);
    }

    void autosaveThatFailsIsSaidOnce()
    {
        QFile inTheWay(place("state"));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        Studio studio(m_folder->path());
        studio.session.setAutosaveDelay(1);
        QSignalSpy failures(&studio.session, &Session::autosaveFailed);
        studio.draw(60);
        QVERIFY(failures.wait(kWaitMs));
        studio.draw(61);
        QTest::qWait(50);
        QCOMPARE(failures.size(), 1);
    }

private:
    QString place(const char* name) const { return m_folder->filePath(QString::fromUtf8(name)); }

    QStringList recoveryFiles() const
    {
        QStringList files;
        const QDir folder(place("state/recovery"));
        for (const QString& name : folder.entryList({QStringLiteral("*.continuo")}, QDir::Files))
            files << folder.filePath(name);
        return files;
    }

    void leaveSomethingBehind()
    {
        Studio studio(m_folder->path());
        studio.session.setAutosaveDelay(1);
        QSignalSpy autosaves(&studio.session, &Session::autosaved);
        studio.draw(60);
        QVERIFY(autosaves.wait(kWaitMs));
    }

    std::optional<QTemporaryDir> m_folder{};
};

int main(int argc, char* argv[])
{
    QCoreApplication application(argc, argv);
    if (argc == 3 && QByteArray(argv[1]) == "--draw-and-wait") {
        Studio studio(QFile::decodeName(argv[2]));
        studio.session.setAutosaveDelay(1);
        studio.draw(60);
        return QCoreApplication::exec();
    }
    TestSession test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_session.moc"
