// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/set_exports.h"

#include "ui/dataset/dataset_session.h"

#include <QDir>
#include <QFileDialog>
#include <QMenu>

#include <utility>

namespace continuo::ui {

SetExports::SetExports(DatasetSession& session, QWidget& window)
    : QObject(&window)
    , m_session(session)
    , m_window(window)
{
}

void SetExports::addTo(QMenu& menu)
{
    menu.setToolTipsVisible(true);
    const auto add = [this](QMenu& to, const QString& words, const QString& help, auto work) {
        QAction* action = to.addAction(words);
        action->setToolTip(help);
        connect(action, &QAction::triggered, this, work);
    };
    const auto askForFolder = [this](ExportDialog::Kind kind, const QString& what, const char* as,
                                     const Json& more = Json::object()) {
        ask(kind, what, [this, what, as, more](const ExportDialog& dialog) {
            Json params = dialog.choice();
            params.update(more);
            exportFolder(as, what, std::move(params));
        });
    };
    add(menu, tr("MIDI files…"),
        tr("The pieces in use, after the recipe, in a folder with a list of what was done"),
        [askForFolder] { askForFolder(ExportDialog::Kind::Music, tr("MIDI files"), "midi"); });
    add(menu, tr("ABC files…"), tr("The melody of every piece in use as ABC"),
        [askForFolder] { askForFolder(ExportDialog::Kind::Music, tr("ABC files"), "abc"); });
    QMenu* sequences = menu.addMenu(tr("Sequences for NumPy"));
    sequences->setToolTipsVisible(true);
    for (const char* encoding : {"grid", "note", "chord", "event", "voices", "frame", "abc"}) {
        add(*sequences, QString::fromLatin1(encoding) + QChar(0x2026),
            tr("What a network reads with the encoding “%1”, with its vocabulary")
                .arg(QString::fromLatin1(encoding)),
            [askForFolder, encoding] {
                askForFolder(ExportDialog::Kind::Sequences, tr("sequences"), "npy",
                             {{"encoding", encoding}});
            });
    }
    add(menu, tr("Facts as a table…"), tr("Write the facts of the pieces as a table (CSV)"),
        [this] {
            ask(ExportDialog::Kind::Facts, tr("facts"),
                [this](const ExportDialog& dialog) { exportFacts(dialog); });
        });
    add(menu, tr("Data card…"),
        tr("What is in the set, where it is from and what was done to it, as a page"), [this] {
            ask(ExportDialog::Kind::Card, tr("a data card"),
                [this](const ExportDialog& dialog) { exportCard(dialog.choice()); });
        });
}

ExportStock SetExports::stock() const
{
    const PieceTable& table = m_session.pieces().table();
    ExportStock stock;
    for (const PieceRow& row : table.rows()) {
        stock.inUse += row.isInUse ? 1 : 0;
        stock.changed += row.isInUse && !row.changes.empty() ? 1 : 0;
    }
    stock.rejected = m_session.rejected().fileCount();
    stock.parts = {table.counts().train, table.counts().validation, table.counts().test};
    return stock;
}

void SetExports::ask(ExportDialog::Kind kind, const QString& what,
                     const std::function<void(const ExportDialog&)>& chosen)
{
    auto* dialog = new ExportDialog(kind, what, stock(), &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [dialog, chosen] { chosen(*dialog); });
    dialog->open();
}

void SetExports::exportFolder(const std::string& kind, const QString& what, Json params)
{
    // A folder of its own below the one chosen: nothing that lies there is touched.
    const QString parent =
        QFileDialog::getExistingDirectory(&m_window, tr("Where to put a folder of %1").arg(what));
    if (parent.isEmpty())
        return;
    const QDir place(parent);
    QString folder = m_session.name();
    for (int number = 2; place.exists(folder); ++number)
        folder = tr("%1 %2").arg(m_session.name()).arg(number);
    params["kind"] = kind;
    params["to"] = QFile::encodeName(place.filePath(folder)).toStdString();
    m_session.exportSet(what, std::move(params));
}

void SetExports::exportFacts(const ExportDialog& dialog)
{
    const bool isOfAllPieces = dialog.isOfAllPieces();
    Json params = dialog.choice();
    const QString file = QFileDialog::getSaveFileName(&m_window, tr("Export facts"),
                                                      m_session.name() + QStringLiteral(".csv"),
                                                      tr("Tables (*.csv)"));
    if (file.isEmpty())
        return;
    if (isOfAllPieces) {
        m_session.exportFacts(file);
        return;
    }
    params["kind"] = "csv";
    params["to"] = QFile::encodeName(file).toStdString();
    params["replace"] = true; // The dialog has asked.
    m_session.exportSet(tr("facts"), std::move(params));
}

void SetExports::exportCard(Json params)
{
    const QString file = QFileDialog::getSaveFileName(&m_window, tr("Export a data card"),
                                                      m_session.name() + QStringLiteral(".html"),
                                                      tr("Pages (*.html);;Markdown (*.md)"));
    if (file.isEmpty())
        return;
    params["kind"] = "card";
    params["to"] = QFile::encodeName(file).toStdString();
    params["replace"] = true; // The dialog has asked.
    m_session.exportSet(tr("data card"), std::move(params));
}

} // namespace continuo::ui
