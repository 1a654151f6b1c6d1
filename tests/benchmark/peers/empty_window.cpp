// SPDX-License-Identifier: GPL-3.0-or-later
// The least a Qt program with a window can be: what the studio's start is measured against.
#include <QApplication>
#include <QMainWindow>

int main(int argc, char* argv[])
{
    QApplication application(argc, argv);
    QMainWindow window;
    window.resize(1600, 900);
    window.show();
    return QApplication::exec();
}
