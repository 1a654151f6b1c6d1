// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"

#include <QCryptographicHash>
#include <QTest>

using namespace continuo;

class TestSha256 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void meetsThePublishedVectors_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QString>("hash");

        // FIPS 180-4 examples.
        QTest::newRow("empty") << QByteArray()
                               << "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        QTest::newRow("abc") << QByteArray("abc")
                             << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        QTest::newRow("two blocks") << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                                    << "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
    }

    void meetsThePublishedVectors()
    {
        QFETCH(const QByteArray, message);
        QFETCH(const QString, hash);
        QCOMPARE(QString::fromStdString(sha256Hex(bytesOf(message))), hash);
    }

    void agreesWithAnotherImplementationAtEveryLengthAndCut()
    {
        QByteArray message;
        for (int length = 0; length < 200; ++length) {
            Sha256 inPieces;
            const int cut = length * 7 % (length + 1);
            inPieces.add(bytesOf(message.left(cut)));
            inPieces.add(bytesOf(message.mid(cut)));
            const QString expected = QCryptographicHash::hash(message, QCryptographicHash::Sha256).toHex();
            QCOMPARE(QString::fromStdString(inPieces.hex()), expected);
            message.append(static_cast<char>(length * 31));
        }
    }

private:
    static std::span<const std::uint8_t> bytesOf(const QByteArray& bytes)
    {
        return {reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<std::size_t>(bytes.size())};
    }
};

QTEST_APPLESS_MAIN(TestSha256)
#include "tst_sha256.moc"
