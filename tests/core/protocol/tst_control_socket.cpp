// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "core/protocol/control_socket.h"

#include <array>
#include <fstream>
#include <string>
#include <sys/stat.h>

using namespace continuo;
namespace fs = std::filesystem;

namespace {

/// Everything the channel gives until `count` bytes are there or the other side has gone.
std::string receive(ByteChannel& channel, std::size_t count)
{
    std::string got;
    while (got.size() < count) {
        std::array<Waiting, 1> waiting{Waiting{channel.handle()}};
        waitForAny(waiting, 5000);
        if (!waiting[0].isReadable)
            break;
        std::array<char, 16> buffer{};
        const std::optional<std::size_t> read = channel.read(buffer);
        if (!read)
            break;
        got.append(buffer.data(), *read);
    }
    return got;
}

} // namespace

class TestControlSocket final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytesGoBothWaysAndTheEndIsNoticed_data();
    void bytesGoBothWaysAndTheEndIsNoticed();
    void theSocketIsTheUsersAloneAndGoesWithItsOwner();
    void whatADeadOwnerLeftIsReplaced();
    void aFileInTheWayIsNotRemoved();
    void nobodyAndUnknownAddressesAreToldInWords();
    void addressesSurviveJson();
};

void TestControlSocket::bytesGoBothWaysAndTheEndIsNoticed_data()
{
    QTest::addColumn<int>("nameLength");
    QTest::newRow("short path") << 3;
    QTest::newRow("path too long for a socket") << 150;
}

void TestControlSocket::bytesGoBothWaysAndTheEndIsNoticed()
{
    QFETCH(int, nameLength);
    const QTemporaryDir folder;
    const fs::path run = fs::path(folder.path().toStdString()) / std::string(static_cast<std::size_t>(nameLength), 'r');
    fs::create_directory(run);
    const Result<ControlListener> listener = ControlListener::open(run);
    QVERIFY2(listener, listener ? "" : listener.error().text.c_str());
    QCOMPARE(listener->address().path.parent_path() == fs::canonical(run), nameLength < 100);
    Result<ByteChannel> client = connectControl(listener->address());
    QVERIFY(client);
    std::optional<ByteChannel> server = listener->accept();
    QVERIFY(server);
    QVERIFY(!listener->accept());
    QCOMPARE(client->write("to the training"), std::optional<std::size_t>(15));
    QCOMPARE(receive(*server, 15), std::string("to the training"));
    QCOMPARE(server->write("and back"), std::optional<std::size_t>(8));
    QCOMPARE(receive(*client, 8), std::string("and back"));
    std::array<char, 4> buffer{};
    QCOMPARE(client->read(buffer), std::optional<std::size_t>(0));
    server.reset();
    receive(*client, 1);
    QVERIFY(!client->read(buffer));
}

void TestControlSocket::theSocketIsTheUsersAloneAndGoesWithItsOwner()
{
    const QTemporaryDir folder;
    fs::path path;
    {
        const Result<ControlListener> listener = ControlListener::open(folder.path().toStdString());
        QVERIFY(listener);
        path = listener->address().path;
        struct stat facts{};
        QCOMPARE(::stat(path.c_str(), &facts), 0);
        QCOMPARE(static_cast<int>(facts.st_mode & 0777), 0600);
    }
    QVERIFY(!fs::exists(path));
}

void TestControlSocket::whatADeadOwnerLeftIsReplaced()
{
    const QTemporaryDir folder;
    const fs::path run = folder.path().toStdString();
    Result<ControlListener> first = ControlListener::open(run);
    QVERIFY(first);
    // The name stays while the one who listened is gone from it.
    const Result<ControlListener> second = ControlListener::open(run);
    QVERIFY(second);
    QVERIFY(connectControl(second->address()));
    QVERIFY(second->accept());
    QVERIFY(!first->accept());
}

void TestControlSocket::aFileInTheWayIsNotRemoved()
{
    const QTemporaryDir folder;
    const fs::path run = folder.path().toStdString();
    std::ofstream(run / "control.sock") << "mine";
    const Result<ControlListener> listener = ControlListener::open(run);
    QVERIFY(listener);
    QVERIFY(listener->address().path.parent_path() != fs::canonical(run));
    QCOMPARE(fs::file_size(run / "control.sock"), std::uintmax_t{4});
}

void TestControlSocket::nobodyAndUnknownAddressesAreToldInWords()
{
    const QTemporaryDir folder;
    const Result<ByteChannel> nobody = connectControl({"unix", fs::path(folder.path().toStdString()) / "none"});
    QVERIFY(!nobody);
    QCOMPARE(nobody.error().id, std::string("protocol.nobody-listens"));
    QCOMPARE(connectControl({"pigeon", {}}).error().id, std::string("protocol.unknown-address"));
    QCOMPARE(connectControl({"unix", std::string(300, 'x')}).error().id, std::string("protocol.unknown-address"));
}

void TestControlSocket::addressesSurviveJson()
{
    const ControlAddress address{"unix", "/tmp/b\xe4/control.sock"};
    const Result<ControlAddress> back = controlAddressFromJson(*parseJson(jsonLine(toJson(address))));
    QVERIFY(back);
    QVERIFY(*back == address);
}

QTEST_APPLESS_MAIN(TestControlSocket)
#include "tst_control_socket.moc"
