// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/file_place.h"

#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace continuo::ui;

class TestFilePlace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("old/tünes")));
        for (const char* name : {"old/a.mid", "old/tünes/b.zip"}) {
            QFile file(m_folder.filePath(QString::fromUtf8(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "open");
    }
    void cleanupTestCase() { QDesktopServices::unsetUrlHandler(QStringLiteral("file")); }

    void filesAndArchivesAreFound_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("isArchive");
        QTest::newRow("a file") << "old/a.mid"
                                << "old/a.mid" << false;
        QTest::newRow("in a zip") << "old/tünes/b.zip/x/y.mid"
                                  << "old/tünes/b.zip" << true;
        QTest::newRow("gone") << "old/gone.mid"
                              << "" << false;
        QTest::newRow("in a folder that is gone") << "new/gone.mid"
                                                  << "" << false;
        QTest::newRow("a folder") << "old"
                                  << "" << false;
    }
    void filesAndArchivesAreFound()
    {
        QFETCH(QString, path);
        QFETCH(QString, file);
        QFETCH(bool, isArchive);
        const auto place = filePlace(QFile::encodeName(m_folder.filePath(path)).toStdString());
        QCOMPARE(place.has_value(), !file.isEmpty());
        if (place) {
            QCOMPARE(place->file, m_folder.filePath(file));
            QCOMPARE(place->isArchive, isArchive);
        }
    }

    void nothingIsNowhere()
    {
        QVERIFY(!filePlace(""));
        QVERIFY(!filePlace("/"));
    }

    void theFileManagerGetsTheFolder()
    {
        const FilePlace place{m_folder.filePath(QStringLiteral("old/a.mid")), false};
        QVERIFY(showInFileManager(place));
        QCOMPARE(m_opened, QUrl::fromLocalFile(m_folder.filePath(QStringLiteral("old"))));
        QVERIFY(openFile(place));
        QCOMPARE(m_opened, QUrl::fromLocalFile(place.file));
    }

public Q_SLOTS:
    void open(const QUrl& url) { m_opened = url; }

private:
    QTemporaryDir m_folder{};
    QUrl m_opened{};
};

QTEST_MAIN(TestFilePlace)
#include "tst_file_place.moc"
